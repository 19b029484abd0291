// A file dropped on the field is taken as if it had been chosen.
const zone = document.querySelector(".drop");
const input = zone?.querySelector("input[type=file]");

for (const name of ["dragenter", "dragover"]) {
  zone?.addEventListener(name, (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
}
for (const name of ["dragleave", "drop"]) {
  zone?.addEventListener(name, () => zone.classList.remove("over"));
}
zone?.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
});
