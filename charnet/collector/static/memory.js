// What the browser remembers. Where it blocks storage, or has no room left, a value lasts as long as the page.

/**
 * @param {"localStorage" | "sessionStorage"} name
 */
function makeMemory(name) {
  /** @type {Map<string, string>} what the browser did not take */
  const untaken = new Map();
  return {
    /** @param {string} key */
    get(key) {
      try {
        return untaken.get(key) ?? window[name].getItem(key);
      } catch {
        return null;
      }
    },
    /** @type {(key: string, value: string) => void} */
    set(key, value) {
      try {
        window[name].setItem(key, value);
        untaken.delete(key);
      } catch {
        untaken.set(key, value);
      }
    },
  };
}

/** Remembered from one visit to the next. */
export const memory = makeMemory("localStorage");

/** Remembered in this tab, also when the page is loaded again. */
export const tabMemory = makeMemory("sessionStorage");
