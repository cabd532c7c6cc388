// Keys that type nothing, such as F2, and what they do wherever the focus is.

/** @type {Map<string, () => void>} */
const actions = new Map();

/** @type {(key: string, action: () => void) => void} */
export const addShortcut = (key, action) => { actions.set(key, action); };

/** What a key does; null where it is no shortcut. */
export const shortcutOf = (/** @type {string} */ key) => actions.get(key) ?? null;
