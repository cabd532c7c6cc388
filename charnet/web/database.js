// A browser's own database (IndexedDB), with promises.

const VERSION = 1;

/** @typedef {"drawings" | "networks" | "settings"} Kind */

export class Database {
  /** @type {IDBDatabase} */
  #database;

  /** @param {IDBDatabase} database */
  constructor(database) {
    this.#database = database;
  }

  /**
   * Rejects where the browser forbids it, and where a newer page has changed what it holds.
   * @param {string} name
   * @returns {Promise<Database>}
   */
  static open(name) {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open(name, VERSION);
      request.onupgradeneeded = () => {
        for (const kind of ["drawings", "networks"]) request.result.createObjectStore(kind, { autoIncrement: true });
        request.result.createObjectStore("settings");
      };
      request.onsuccess = () => {
        request.result.onversionchange = () => request.result.close(); // a newer page need not wait until this one is closed
        resolve(new Database(request.result));
      };
      request.onerror = () => reject(request.error);
    });
  }

  close() {
    this.#database.close();
  }

  /**
   * The results of some requests, once all of it is on the disk. Rejects where that fails, and then nothing is.
   * @param {Kind} kind
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest[]} work
   * @returns {Promise<any[]>}
   */
  transaction(kind, mode, work) {
    return new Promise((resolve, reject) => {
      const transaction = this.#database.transaction(kind, mode, { durability: "strict" });
      const requests = work(transaction.objectStore(kind));
      transaction.oncomplete = () => resolve(requests.map((request) => request.result));
      transaction.onabort = () => reject(transaction.error);
    });
  }

  /**
   * All keys with their values, in the order of the keys.
   * @param {Kind} kind
   * @returns {Promise<[key: number, value: any][]>}
   */
  async all(kind) {
    const [keys, values] = await this.transaction(kind, "readonly", (store) => [store.getAllKeys(), store.getAll()]);
    return keys.map((/** @type {number} */ key, /** @type {number} */ index) => [key, values[index]]);
  }
}

/** @param {unknown} error */
export const nameOf = (error) => (error instanceof Error || error instanceof DOMException ? error.name : "");
