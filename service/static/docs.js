// Puts the viewer in the place of the plain list of calls.
const place = document.querySelector("#viewer");
const dark = matchMedia("(prefers-color-scheme: dark)");
const shade = () => document.documentElement.classList.toggle("dark-mode", dark.matches);

shade();
dark.addEventListener("change", shade);
SwaggerUIBundle({
  url: place.dataset.url,
  domNode: place,
  deepLinking: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null, // it would ask another host
});
