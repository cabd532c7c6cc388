// Runs the trainings of a page without a server, in a Worker, one at a time: as charnet/collector/training.py does in a process.

import { wilson } from "../../../web/interval.js";
import { Refusal } from "./refusal.js";
import { answerOf } from "./home-networks.js";
import { inkFor } from "./sample-readings.js";
import { jobOf } from "./training-job.js";
import { TrainingStatus } from "./training-status.js";

/** @import { Key } from "../../../web/browser-store.js" */
/** @import { Job, Result } from "../../../web/training/experiment.js" */
/** @import { Current, HomeNetworks } from "./home-networks.js" */
/** @import { Kept, KeptDrawings } from "./kept-drawings.js" */
/** @import { NamedNetwork } from "./page-file.js" */
/** @import { Settings } from "./training-job.js" */

const SIZES = [5, 10, 20, 40, 80, 160, 320, 640]; // drawings a letter, to compare
const STEPS = 1000; // of each training of a comparison
const BATCH = 256;
const NO_WORKER = "this browser let no training run; try another browser";
const BUSY = "a training is already running; wait until it ends, or stop it";

/** @typedef {{state: string, sizes: number[], points: object[], error: string, stopping: boolean}} Sizes */

export class HomeTrainer {
  status = new TrainingStatus();
  /** @type {Sizes} */
  sizes = { state: "idle", sizes: [], points: [], error: "", stopping: false };
  /** @type {Worker | null} of what runs */
  #worker = null;
  /** @type {Key | null | undefined} of the network before the last training, and of its own */
  #before;
  /** @type {Key | null | undefined} */
  #after;

  /**
   * @param {KeptDrawings} drawings
   * @param {HomeNetworks} networks
   * @param {() => Worker} startWorker - one that runs charnet/web/training/worker.js
   */
  constructor(drawings, networks, startWorker) {
    this.drawings = drawings;
    this.networks = networks;
    this.startWorker = startWorker;
  }

  #needIdle() {
    if ([this.status.state, this.sizes.state].includes("running")) throw new Refusal(BUSY, 409);
  }

  /** @param {Settings} settings */
  start(settings) {
    this.#needIdle();
    const { job, used, writer } = jobOf(settings, this.drawings, this.networks);
    const former = this.networks.current;
    const status = new TrainingStatus({
      epochs: job.config?.epochs, fromNetwork: Boolean(job.init), former: former?.name ?? "", formerNumber: former?.number ?? null, writer,
    });
    status.state = "running";
    this.status = status;
    this.#train(job, (data) => {
      if (data.snapshot) status.addSnapshot(data.snapshot);
      else if (data.epoch) status.add(data);
    }).then((result) => this.#finish(status, result, used, former)).catch((error) => status.end("failed", { error: error.message }));
    return status;
  }

  stop() {
    if (this.status.state !== "running") return;
    this.status.stopping = true;
    this.#worker?.postMessage({ stop: true });
  }

  /**
   * Train on more and more drawings, for their figures alone.
   * @param {Settings} settings
   */
  compareSizes(settings) {
    this.#needIdle();
    const { job } = jobOf(settings, this.drawings, this.networks);
    const counts = Object.values(this.drawings.counts((drawing) => job.spec.labels.includes(drawing.label)));
    const most = Math.ceil(Math.max(...counts) * 0.8);
    const sizes = SIZES.filter((size) => size < most);
    if (!sizes.length) {
      throw new Refusal(`no letter has more than ${SIZES[0]} drawings to learn from, so there is nothing to compare: draw more`);
    }
    this.sizes = { state: "running", sizes: [...sizes, most], points: [], error: "", stopping: false };
    this.#compare(job, this.sizes).catch((error) => Object.assign(this.sizes, { state: "failed", error: error.message }));
    return this.sizes;
  }

  stopComparing() {
    if (this.sizes.state !== "running") return;
    this.sizes.stopping = true;
    this.#worker?.postMessage({ stop: true });
  }

  /** Whether the last training held a drawing out. */
  get heldOut() {
    const { heldOut } = this.status;
    return (/** @type {Kept} */ { key, drawing }) => heldOut.get(key) === drawing.label;
  }

  /**
   * Read with the former network again or, unless `back`, with the one that was trained.
   * @param {boolean} back
   */
  async switch(back) {
    const key = back ? this.#before : this.#after;
    if (key === undefined) throw new Refusal("there is no former network to go back to", 409);
    await this.networks.store.use(key);
    this.status.wentBack = back;
    if (this.status.result) this.status.result.in_use = !back;
  }

  /**
   * @param {Job} job
   * @param {Sizes} status
   */
  async #compare(job, status) {
    for (const size of status.sizes) {
      const count = Math.min(job.letters.targets.length, size * job.spec.labels.length);
      const epochs = Math.ceil(STEPS / Math.ceil(count / BATCH));
      const { facts, held } = await this.#train({ ...job, perLabel: size, config: { ...job.config, epochs } }, () => {});
      if (status.stopping) break;
      const right = Math.round((facts.accuracy ?? 0) * held);
      status.points.push({ size, right, held, ...wilson(right, held) });
    }
    status.state = status.stopping ? "stopped" : "done";
  }

  /**
   * @param {Job} job
   * @param {(data: any) => void} onMessage - before the end
   * @returns {Promise<Result>}
   */
  #train(job, onMessage) {
    return new Promise((/** @type {(result: Result) => void} */ resolve, reject) => {
      const worker = this.#started();
      worker.addEventListener("message", ({ data }) => {
        if (data.result) resolve(data.result);
        else if (data.error) reject(new Error(data.error));
        else onMessage(data);
      });
      worker.addEventListener("error", () => reject(new Error(NO_WORKER)));
      worker.postMessage({ job });
    }).finally(() => {
      this.#worker?.terminate();
      this.#worker = null;
    });
  }

  #started() {
    try {
      this.#worker = this.startWorker();
      return this.#worker;
    } catch {
      throw new Error(NO_WORKER);
    }
  }

  /**
   * @param {TrainingStatus} status
   * @param {Result} result
   * @param {Kept[]} used
   * @param {Current | null} former
   */
  async #finish(status, { network, facts, bestEpoch, heldOut }, used, former) {
    const kept = await this.networks.add({ network, facts });
    const held = [...heldOut].map((index) => used[index]);
    const accuracy = facts.accuracy ?? null;
    const labels = network.spec.labels.length;
    const useful = labels > 1 && (accuracy === null || accuracy > 1 / labels);
    if (useful) await this.networks.store.use(kept.key);
    [this.#before, this.#after] = former && useful ? [former.key, kept.key] : [undefined, undefined];
    status.heldOut = new Map(held.map(({ key, drawing }) => [key, drawing.label]));
    if (!useful) status.former = "";
    const guess = `${((accuracy ?? 0) * 100).toFixed(1)}% right is no better than a guess among ${labels} labels`;
    const reason = labels === 1 ? "a network of one label can't be wrong, and says nothing" : useful ? "" : guess;
    status.end(status.stopping ? "stopped" : "done", { result: {
      accuracy, former: former && held.length ? this.#accuracy(former, held) : null, former_name: former?.name ?? "",
      held: held.length, best_epoch: bestEpoch, folder: kept.name, number: kept.number, in_use: useful, reason,
    } });
  }

  /**
   * @param {NamedNetwork} named
   * @param {Kept[]} held
   */
  #accuracy(named, held) {
    const right = held.filter(({ drawing }) => {
      const ink = inkFor(drawing, this.drawings.spec, named.network.spec);
      const { labels, likelihoods } = ink ? answerOf(named, ink) : { labels: [], likelihoods: [] };
      return labels[Array.from(likelihoods).indexOf(Math.max(...Array.from(likelihoods)))] === drawing.label;
    });
    return right.length / held.length;
  }
}
