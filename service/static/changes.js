// Keys j and k go to the next and the previous change that is shown; both also work as links.
const stops = () =>
  [...document.querySelectorAll("[data-stop]")].filter((stop) => stop.checkVisibility());

function go(step) {
  const all = stops();
  if (!all.length) return;
  const now = all.findIndex((stop) => "#" + stop.id === location.hash);
  const next = now < 0 ? (step > 0 ? 0 : all.length - 1) : (now + step + all.length) % all.length;
  location.hash = all[next].id;
}

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  if (event.key === "j") go(1);
  if (event.key === "k") go(-1);
});
