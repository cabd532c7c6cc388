// Elements of a page: found by id, created, shown, enabled.

/**
 * The element with this id. It throws where the page has none, or one of another class than `type`.
 * @template {HTMLElement} [E=HTMLElement]
 * @param {string} id
 * @param {new () => E} [type] - needed for what not every element has, such as `value`
 * @returns {E}
 */
export function byId(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof (type ?? HTMLElement))) throw new TypeError(`#${id}: the page has no such ${type?.name ?? "element"}`);
  return /** @type {E} */ (found);
}

/**
 * A new element.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} className
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, className, ...children) {
  const created = document.createElement(tag);
  created.className = className;
  created.append(...children);
  return created;
}

/**
 * The closest element around an event's target that matches a selector; null where there is none.
 * @param {Event} event
 * @param {string} selector
 * @returns {HTMLElement | null}
 */
export const closest = ({ target }, selector) => (target instanceof Element ? target.closest(selector) : null);

/**
 * After a click with the mouse, keys are meant for the page and not for what was clicked.
 * @param {string} selector - of what loses the focus
 */
export function blurAfterClick(selector) {
  document.addEventListener("click", (event) => { if (event.detail) closest(event, selector)?.blur(); });
}

/**
 * What draws on a canvas.
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 */
export function context2d(canvas, settings) {
  const context = canvas.getContext("2d", settings);
  if (!context) throw new Error("this browser can't draw on a canvas");
  return context;
}

/**
 * @param {string} id
 * @param {boolean} visible
 */
export function show(id, visible) {
  byId(id).hidden = !visible;
}

/**
 * The line below the drawing, which screen readers read out.
 * @param {string} text
 */
export function setStatus(text) {
  byId("status").textContent = text;
}

/**
 * The warning at the top of the page; "" hides it.
 * @param {string} text
 */
export function setBanner(text) {
  byId("banner").textContent = text;
  show("banner", text !== "");
}

/**
 * A disabled button can still be focused and clicked, and then says why nothing happens.
 * @param {string} id
 * @param {boolean} enabled
 */
export function setEnabled(id, enabled) {
  const disabled = String(!enabled);
  if (byId(id).getAttribute("aria-disabled") !== disabled) byId(id).setAttribute("aria-disabled", disabled);
}
