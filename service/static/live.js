// Brings the list up to date when clusters come or grow; without script a reload does the same.
const EVERY_MS = 10000;
const list = document.querySelector("#cards[data-live]");
const news = document.querySelector("#news");
let known;

// The newest activity of all, in short: a change of it is worth a look at the page.
async function pulse() {
  const answer = await fetch("/v1/clusters?limit=1", { headers: { Accept: "application/json" } });
  if (!answer.ok) return known;
  const { items, total } = await answer.json();
  return JSON.stringify([total, items[0]?.id, items[0]?.size, items[0]?.updated_at]);
}

const sizes = (root) =>
  new Map([...root.querySelectorAll(".card")].map((card) => [card.dataset.id, card.dataset.size]));

const words = (count, one, many) => (count ? [`${count} ${count === 1 ? one : many}`] : []);

async function refresh() {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("#cards");
  if (!fresh) return;
  const before = sizes(document);
  const cards = [...fresh.querySelectorAll(".card")];
  const added = cards.filter((card) => !before.has(card.dataset.id));
  const grown = cards.filter(
    (card) => before.has(card.dataset.id) && before.get(card.dataset.id) !== card.dataset.size,
  );
  for (const card of [...added, ...grown]) card.classList.add("fresh");
  const focused = document.activeElement?.closest("#cards a")?.getAttribute("href");
  document.querySelector("#cards").replaceChildren(...fresh.children);
  if (focused) document.querySelector(`#cards a[href="${CSS.escape(focused)}"]`)?.focus();
  const state = page.querySelector(".state > p");
  if (state) document.querySelector(".state > p").replaceWith(state);
  const said = [
    ...words(added.length, "new cluster", "new clusters"),
    ...words(grown.length, "cluster has changed", "clusters have changed"),
  ];
  if (said.length) {
    news.textContent = said.join(", ") + ".";
    news.hidden = false;
  }
}

async function look() {
  if (!document.hidden) {
    try {
      const now = await pulse();
      if (known !== undefined && now !== known) await refresh();
      known = now;
    } catch {
      // the service may be restarting: the next look will tell
    }
  }
  setTimeout(look, EVERY_MS);
}

if (list) look();
