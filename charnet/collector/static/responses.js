// The JSON that the server sends and expects, as types; docs/api.md explains each address.

/** @import { Limits } from "../../web/doubt.js" */
/** @import { Weights } from "../../web/perceptron.js" */
/** @import { Ranking, Spec } from "../../web/network.js" */
/** @import { Stroke } from "../../web/ink.js" */

/** @typedef {"draw" | "analyze" | "free" | "game"} Mode - the game runs in the page alone, the server knows nothing of it */
/** @typedef {Record<string, number>} Counts - drawings by label, or by writer */

/**
 * What is to be drawn.
 * @typedef {object} Plan
 * @property {Mode} mode
 * @property {string[]} letters - labels in the order in which they are drawn
 * @property {string | null} label - what to draw now; null in free play, and when the plan is done
 * @property {number | null} left - drawings to go; null without an end
 * @property {number | null} total
 * @property {boolean} done
 * @property {string} [text] - the game's own description of where it stands
 */

/**
 * Who uses the page. A pupil's name is "" until its phone took one.
 * @typedef {object} You
 * @property {"teacher" | "pupil"} role - without a class, whoever uses this computer is the teacher
 * @property {string} name
 * @property {{save: boolean, train: boolean, manage: boolean, serve?: boolean}} may - see role.js
 */

/** @typedef {"taken" | "kept" | "free"} NameState - a phone has the name; none has it, but there are drawings; any may have it */

/** @typedef {{pupils_train: boolean, names?: Record<string, NameState>}} ClassRules - the teacher's come with the names */

/**
 * GET /api/state
 * @typedef {object} State
 * @property {Plan} plan
 * @property {Counts} counts - all drawings of a label
 * @property {Counts} own - those that people drew
 * @property {Counts} writers
 * @property {Counts} saved - those saved since the program started
 * @property {string} folder - an identifier of the folder that drawings are saved in
 * @property {[width: number, height: number]} size - of a framed picture, in pixels
 * @property {(Spec & About) | null} network
 * @property {string} notice
 * @property {TrainingStatus["state"]} train
 * @property {string} next - the command that trains
 * @property {You} you
 * @property {ClassRules | null} class - null where only this computer can open the page
 */

/**
 * GET /api/network; only a network with one hidden layer comes with its weights.
 * @typedef {{name: string, number: number | null, kind: string, accuracy: number | null, version: string}} About - a network
 * @typedef {About & {spec: Spec, notice: string} & Limits & Partial<Weights>} Network
 */

/** @typedef {{label: string, name: string}} SampleId */

/** @typedef {SampleId & {address: string, likeness: number}} Neighbour - likeness is the cosine similarity of the ink */

/**
 * A letter of a word; the box is [left, top, width, height] in sides of the square.
 * @typedef {{box: number[], label: string, likelihood: number, sure: boolean, space: boolean}} WordLetter
 * @typedef {{text: string, letters: WordLetter[]}} Word
 */

/**
 * POST /api/read and /api/read/picture
 * @typedef {object} ReadResponse
 * @property {Ranking} ranking
 * @property {string} doubt - why its first label can't be relied on; "" where it can, and without a network
 * @property {string} picture - the framed picture, as a data: URL
 * @property {number[]} ink - the framed picture's values
 * @property {number[] | null} hidden - activations of the hidden units
 * @property {string} network - the version of the network that read
 * @property {Neighbour[]} [nearest] - where they were requested
 * @property {string} [note] - of a picture: what to know about it, such as that its file ends too early; "" for nothing
 * @property {boolean} [several] - whether the picture shows several letters
 * @property {Word | null} [word] - where it was requested; null where the drawing is one letter
 */

/**
 * POST /api/network/explain
 * @typedef {object} Explanation
 * @property {string} label - the first
 * @property {number} likelihood
 * @property {number} window - side of a window, in pixels
 * @property {number[][]} lost - of the likelihood, without the window around each pixel
 * @property {{weights: number[][], answer: number[][]}[] | null} filters - of the first layer
 * @property {string} network - its version
 */

/** @typedef {SampleId & {path: string, address: string, count: number}} SavedSample */

/** @typedef {{label: string, strokes: Stroke[], writer: string}} NewSample - to be saved or analyzed */

/**
 * POST /api/samples with `only_if_read`, and /api/analyze: the drawing is read, and saved or not.
 * @typedef {Partial<ReadResponse & SavedSample> & {kept?: boolean}} SaveResponse
 */

/**
 * A sample as GET /api/samples lists it; without a network, `read` and `sure` are null.
 * @typedef {SampleId & {writer: string, address: string, read: string | null, sure: number | null, error: string}} Sample
 */

/** @typedef {{total: number, samples: Sample[]}} SampleList */

/**
 * POST /api/archive, also where no picture could be read.
 * @typedef {object} ImportResponse
 * @property {Counts} saved - by label
 * @property {number} total
 * @property {SampleId[]} samples
 * @property {{name: string, error: string}[]} refused - at most a hundred of them
 * @property {number} more - how many more were refused
 * @property {number} already - how many are among the samples already
 * @property {string} [note] - of a network that was opened, in a page without a server
 */

/**
 * GET /api/wall
 * @typedef {object} Wall
 * @property {(SampleId & {number: number, writer: string, address: string, read: string | null})[]} latest - the oldest first
 * @property {number | null} accuracy - of the network in use
 * @property {number[]} accuracies - of the trainings since the program started
 * @property {Pick<TrainingStatus, "state" | "epoch" | "epochs" | "curve" | "losses" | "best_epoch">} training
 * @property {BestGame | null} best_game
 * @property {Counts} counts
 * @property {Counts} own
 * @property {Counts} writers
 * @property {string} address - of the page, for other devices
 * @property {string} short_address - the same to type by hand; "" where no other device can reach the page
 * @property {string | null} code - its QR code as a data: URL; null where no other device can reach the page
 */

/**
 * POST /api/train
 * @typedef {{hidden?: number, epochs?: number, init?: string, without?: string[], distort?: boolean, per_label?: number,
 *   by_writer?: boolean, writer?: string}} TrainingRequest
 */

/** @typedef {[epoch: number, train: number, validation: number | null]} CurvePoint - accuracies, or losses, after an epoch */

/**
 * GET /api/train
 * @typedef {object} TrainingStatus
 * @property {"idle" | "running" | "done" | "stopped" | "failed"} state
 * @property {number} epoch
 * @property {number | null} epochs
 * @property {number | null} train_accuracy
 * @property {number | null} validation_accuracy - null where nothing is held out
 * @property {number} seconds
 * @property {CurvePoint[]} curve
 * @property {CurvePoint[]} losses
 * @property {number | null} best_epoch - whose network is kept; null where nothing is held out
 * @property {boolean} stopping
 * @property {string} error - why it failed
 * @property {{accuracy: number | null, former: number | null, held: number, folder: string, number: number | null, in_use: boolean,
 *   reason: string} | null} result - of `held` drawings; `former` is the accuracy of the network before, `reason` why this one is not in use
 * @property {boolean} from_network - whether it started from another network
 * @property {string[]} writers - whose drawings are held out; none where it is a share of each letter's
 * @property {string} former - the network that read before, where one can go back to it; else ""
 * @property {number | null} former_number
 * @property {boolean} went_back - whether it reads again
 */

/**
 * A network after an epoch; `weights` are signed bytes in base64, 127 standing for `scale`.
 * @typedef {{epoch: number, scale: number, weights: string, hidden_bias: number[], output_weight: number[][],
 *   output_bias: number[]}} Snapshot
 */

/** @typedef {Spec & {snapshots: Snapshot[]}} Snapshots - GET /api/train/snapshots */

/** @typedef {{score: number, seconds: number, writer: string}} BestGame - the class's, since the program started */

/**
 * GET /api/confusions
 * @typedef {object} Confusions
 * @property {string[]} labels
 * @property {number[][]} counts - a row for each label, a column for what it is read as
 * @property {number} held_out - how many drawings the last training held out
 */
/** @typedef {{size: number, right: number, held: number, low: number, high: number}} SizePoint */

/**
 * GET /api/train/sizes
 * @typedef {object} SizesStatus
 * @property {TrainingStatus["state"]} state
 * @property {number[]} sizes - drawings a letter, the last being all of them
 * @property {SizePoint[]} points
 * @property {string} error
 * @property {boolean} stopping
 */

export {};
