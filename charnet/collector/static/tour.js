// The card of the tour (tour-steps.js): beside what it is about, while the page can be used as ever.

import { byId, element } from "../../web/elements.js";
import { t } from "../../web/words.js";
import { addToMenu, openDialog } from "./dialogs.js";
import { memory } from "./memory.js";
import { goTo } from "./steps.js";
import { placeCard, STOPS, Tour } from "./tour-steps.js";

export function mountTour() {
  const tour = new Tour(memory);
  const card = byId("tour");
  const title = Object.assign(element("h2", ""), { id: "tour-title", tabIndex: -1 });
  const text = Object.assign(element("p", ""), { id: "tour-text" });
  const count = element("span", "soft small-text");
  const [back, next, leave] = [element("button", "", t("Back")), element("button", "main", t("Next")), element("button", "quiet", t("Leave the tour"))];
  card.append(title, text, element("div", "row-of spread", count, element("div", "tools small", leave, back, next)));
  /** @type {Element | null} */
  let before = null; // what had the focus

  addToMenu(t("Tour"), "", () => { before = document.activeElement; tour.start(); show(); title.focus(); });
  next.addEventListener("click", () => { tour.next(); show(true); });
  back.addEventListener("click", () => { tour.back(); show(true); });
  leave.addEventListener("click", end);
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !tour.stop || openDialog()) return;
    event.preventDefault(); // it clears no drawing
    end();
  }, true);
  addEventListener("resize", place);
  byId("sheet").addEventListener("pointerdown", () => { if (tour.at === STOPS.length - 1) end(); });

  function end() {
    tour.leave();
    show();
  }

  /** @param {boolean} [byButton] */
  function show(byButton = false) {
    for (const toured of document.querySelectorAll(".toured")) toured.classList.remove("toured");
    const { stop } = tour;
    if (!stop) {
      const focused = card.contains(document.activeElement);
      card.hidePopover();
      if (focused) (before instanceof HTMLElement && before.checkVisibility() ? before : byId("sheet")).focus();
      return;
    }
    [title.textContent, text.textContent] = [stop.title, stop.text];
    count.textContent = t("{count} of {total}", { count: (tour.at ?? 0) + 1, total: STOPS.length });
    back.hidden = tour.at === 0;
    next.textContent = tour.at === STOPS.length - 1 ? t("Done") : t("Next");
    goTo(stop.act);
    document.querySelector(stop.target)?.classList.add("toured");
    document.querySelector(stop.target)?.scrollIntoView({ block: "nearest" });
    card.showPopover();
    place();
    if (byButton) title.focus();
  }

  function place() {
    const target = tour.stop && document.querySelector(tour.stop.target);
    if (!target) return;
    const { left, top } = placeCard(target.getBoundingClientRect(), card.getBoundingClientRect(),
      { width: innerWidth, height: innerHeight });
    Object.assign(card.style, { left: `${left}px`, top: `${top}px` });
  }

  /** Shows it to whoever is here for the first time, once nothing else is asked. */
  function welcome() {
    if (!tour.isNew) return;
    const dialog = openDialog();
    if (dialog) dialog.addEventListener("close", welcome, { once: true });
    else { tour.start(); show(); }
  }
  return { welcome };
}
