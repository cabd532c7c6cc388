// Drawings and networks in the browser's own storage (IndexedDB), for a page without a server. The browser gives each a key
// of its own, so that two tabs add to what is there and overwrite nothing; each tab hears of the other's changes. What the
// browser does not take lasts as long as the page, and `problem` says so.

import { Database, nameOf } from "./database.js";
import { t } from "./words.js";

/** @import { Drawing } from "./files/letter-folders.js" */
/** @import { Facts } from "./files/weights-file.js" */
/** @import { Perceptron } from "./perceptron.js" */

/** @typedef {{name: string, number: number | null, network: Perceptron, facts: Facts}} StoredNetwork */

/** @typedef {"drawings" | "networks"} Kind */

/** @typedef {number | string} Key - a number of what is kept, a text of what lasts as long as the page */

const IN_USE = "network in use";
const FORBIDDEN = t("This browser lets the page keep nothing: save your drawings as a zip before you close this page.");
const FULL = t("The browser's storage is full, so what came last isn't kept: save your drawings as a zip before you close this page, or delete some.");
const NEWER = t("A newer page of charnet has been open in this browser, and this one can't read what it kept: save your drawings as a zip before you close this page.");
// Browsers hide from a page whether its window is a private one, so all are told that can't promise to keep.
const UNTIL_CLOSED = t("Kept in this browser; a private window forgets all when it is closed.");

export class BrowserStore {
  /** @type {Map<Key, Drawing>} */
  drawings = new Map();
  /** @type {Map<Key, StoredNetwork>} */
  networks = new Map();
  /** @type {Key | null} of the network in use */
  inUse = null;
  /** @type {Map<any, any>} what else there is to remember */
  settings = new Map();
  /** What the browser does not keep, in a sentence; "" where all is well. */
  problem = "";
  /** How long it keeps the rest, in a sentence; "" where the browser promised to keep all. */
  notice = "";
  /** @type {Database | null} */
  #database = null;
  /** @type {BroadcastChannel | null} */
  #channel = null;
  #unkept = 0;
  #changes = 0; // that began here, or of which another tab has told
  #page = "";

  /**
   * The store with what is there already.
   * @param {string} [name] - pages that name another see other drawings
   * @param {string} [page] - those of one name share their drawings and networks, and each has a network in use of its own
   */
  static async open(name = "charnet", page = "") {
    const store = new BrowserStore();
    store.#page = page;
    try {
      store.#database = await Database.open(name);
      store.#listen(name);
      await store.#read();
      store.notice = UNTIL_CLOSED;
      // Not awaited, since some browsers ask their user first.
      navigator.storage?.persist?.().then((promised) => { if (promised) store.notice = ""; }, () => {});
    } catch (error) {
      store.problem = nameOf(error) === "VersionError" ? NEWER : FORBIDDEN;
    }
    return store;
  }

  close() {
    this.#database?.close();
    this.#channel?.close();
  }

  async #read() {
    const database = this.#database;
    if (!database) return;
    /** @type {[number, any][][]} */
    let [drawings, networks, settings] = [[], [], []];
    let changes = NaN;
    while (changes !== this.#changes) { // again, where something has changed meanwhile
      changes = this.#changes;
      [drawings, networks, settings] = await Promise.all([
        database.all("drawings"), database.all("networks"), database.all("settings"),
      ]);
    }
    this.settings = new Map([...this.settings, ...settings]);
    this.drawings = new Map([...drawings, ...[...this.drawings].filter(([key]) => typeof key === "string")]);
    this.networks = new Map([...networks, ...[...this.networks].filter(([key]) => typeof key === "string")]);
    if (typeof this.inUse !== "string") this.inUse = this.settings.get(IN_USE + this.#page) ?? null;
  }

  /** @param {string} name */
  #listen(name) {
    const channel = new BroadcastChannel(name);
    channel.addEventListener("message", () => {
      this.#changes += 1;
      this.#read().catch(() => { this.problem = FORBIDDEN; });
    });
    this.#channel = channel;
  }

  /**
   * Keep drawings, all or none of them; their keys.
   * @param {Drawing[]} drawings
   */
  addDrawings(drawings) {
    return this.#add("drawings", drawings);
  }

  /**
   * Keep a network; its key.
   * @param {StoredNetwork} network
   */
  async addNetwork(network) {
    const [key] = await this.#add("networks", [network]);
    return key;
  }

  /**
   * @param {Kind} kind
   * @param {any[]} values
   */
  async #add(kind, values) {
    const kept = await this.#write(kind, (store) => values.map((value) => store.add(value)));
    const keys = /** @type {Key[]} */ (kept ?? values.map(() => `unkept ${this.#unkept += 1}`));
    keys.forEach((key, index) => this[kind].set(key, values[index]));
    return keys;
  }

  /**
   * Give a drawing another label.
   * @param {Key} key
   * @param {string} label
   */
  async relabel(key, label) {
    const drawing = this.drawings.get(key);
    if (!drawing) return;
    const moved = { ...drawing, label };
    this.drawings.set(key, moved);
    if (typeof key === "number") await this.#write("drawings", (store) => [store.put(moved, key)]);
  }

  /**
   * @param {Key[]} keys
   * @param {Kind} [kind]
   */
  async remove(keys, kind = "drawings") {
    for (const key of keys) this[kind].delete(key);
    const kept = keys.filter((key) => typeof key === "number");
    await this.#write(kind, (store) => kept.map((key) => store.delete(key)));
  }

  /**
   * Keep drawings that come with a page, unless these came before: what was done to them since stays as it is.
   * @param {string} what - the name of all of them
   * @param {Drawing[]} drawings
   */
  async addOnce(what, drawings) {
    if (this.settings.has(what)) return;
    const keys = drawings.map((_, index) => -1 - index); // the same in each tab, and none that the browser gives
    const kept = await this.#write("drawings", (store) => drawings.map((drawing, index) => store.put(drawing, keys[index])));
    drawings.forEach((drawing, index) => this.drawings.set(kept ? keys[index] : `unkept ${this.#unkept += 1}`, drawing));
    if (kept) await this.set(what, true);
  }

  /** @param {Key | null} key - of the network that reads */
  async use(key) {
    this.inUse = key;
    if (typeof key !== "string") await this.set(IN_USE + this.#page, key);
  }

  /** @type {(setting: string, value: unknown) => Promise<void>} */
  async set(setting, value) {
    this.settings.set(setting, value);
    await this.#write("settings", (store) => [store.put(value, setting)]);
  }

  /**
   * What requests to write found, once all of it is on the disk; null where it is not kept, and then none of it is.
   * @param {Kind | "settings"} kind
   * @param {(store: IDBObjectStore) => IDBRequest[]} work
   */
  async #write(kind, work) {
    if (!this.#database) return null;
    this.#changes += 1;
    try {
      const found = await this.#database.transaction(kind, "readwrite", work);
      this.#channel?.postMessage("changed");
      return found;
    } catch (error) {
      this.problem = nameOf(error) === "QuotaExceededError" ? FULL : FORBIDDEN;
      return null;
    }
  }
}
