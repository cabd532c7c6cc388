// The page's elements: found by id, made, shown, enabled.

export const part = (id) => document.getElementById(id);

export const element = (name, className, ...inside) => {
  const made = document.createElement(name);
  made.className = className;
  made.append(...inside);
  return made;
};

export const show = (id, visible) => { part(id).hidden = !visible; };
export const say = (text) => { part("status").textContent = text; };
export const warn = (text) => { part("banner").textContent = text; show("banner", text !== ""); };

export function enable(id, possible) {
  const disabled = String(!possible);
  if (part(id).getAttribute("aria-disabled") !== disabled) part(id).setAttribute("aria-disabled", disabled);
}
