// The types of charnet.js.

/** x (right) and y (down), in sides of the drawing square or, but for the framing "corner", in any unit. */
export type Point = number[];
/** From where the pen was put down to where it was lifted. */
export type Stroke = Point[];
/** Labels with their likelihoods, best first. */
export type Ranking = [label: string, likelihood: number][];

/** What a network reads and answers. */
export interface Spec {
  /** In the order of the outputs. */
  labels: string[];
  /** Of the framed picture, in pixels. */
  width: number;
  height: number;
  /** "moments", "fit" or "corner". */
  framing: string;
}

/** What is known of a network; missing where it is not. */
export interface Facts {
  /** The share of held-out drawings that it reads right. */
  accuracy?: number;
  /** How those were held out: "sample" or "writer". */
  split?: string;
  /** The least confidence of a sure answer. */
  sure?: number;
}

/** A network that reads drawings. */
export declare class Classifier {
  private constructor();
  readonly spec: Spec;
  readonly facts: Facts;
  /** All labels with their likelihoods, best first. Throws for a drawing without points. */
  rank(strokes: Stroke[]): Ranking;
  /** The same of framed ink: width x height numbers row by row, 0 for paper and 1 for ink. */
  rankFramed(ink: ArrayLike<number>): Ranking;
  /** The network in the original's layout, which `python predict.py --weights` reads as well. */
  toJSON(): unknown;
  /** Its text, for `load` and for a file. */
  toString(): string;
}

/** The network in the text of a weights file. Throws a sentence for what is none. */
export declare function load(text: string): Classifier;

/** Drawings with their labels, to train on. */
export declare class Letters {
  constructor(spec?: { width?: number; height?: number; framing?: string });
  /** How many drawings. */
  readonly size: number;
  /** Of the drawings, sorted. */
  readonly labels: string[];
  /** Throws for a drawing without points, and for a label of more than 16 characters. */
  add(label: string, strokes: Stroke[], writer?: string): this;
}

/** A point of the curve. */
export interface Progress {
  epoch: number;
  epochs: number;
  /** Mean cross-entropy of the drawings as they were distorted. */
  loss: number;
  /** The share of them that is read right. */
  accuracy: number;
  /** The share of what is held out; null where nothing is. */
  validationAccuracy: number | null;
}

/** Settings of a training, by default those of train.py. */
export interface Settings {
  hidden?: number;
  activation?: "tanh" | "logistic";
  epochs?: number;
  batchSize?: number;
  /** The highest learning rate. */
  lr?: number;
  weightDecay?: number;
  labelSmoothing?: number;
  seed?: number;
  /** The share of the drawings that trains nothing but chooses the best epoch (0.2), or the writer whose drawings do. */
  heldOut?: number | string;
  /** Called some hundred times. */
  onEpoch?: (progress: Progress) => void;
  /** Asked after each epoch: whether to end with the best network so far. */
  stopped?: () => boolean;
}

/** Train a network on drawings. It lets others have their turn many times a second. Rejects with a sentence. */
export declare function train(letters: Letters, settings?: Settings): Promise<Classifier>;

/** The network that was exported. */
export declare const network: Classifier;
