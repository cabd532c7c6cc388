// A picture file -> grey levels {data, width, height}, 0 black to 255 white, as charnet/pictures/images.py has them: upright
// as its EXIF data say, on paper and in a colour that show its ink.

const MOST = 16_000_000; // pixels; what is larger is made smaller, for some browsers hold no larger canvas
const SEEN = 1 / 3; // of the contrast that another ground or colour has: with less than that, it takes the place

export async function greyOf(file) {
  const image = await open(file);
  const scale = Math.min(1, Math.sqrt(MOST / (image.naturalWidth * image.naturalHeight)));
  const [width, height] = [image.naturalWidth, image.naturalHeight].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(image, 0, 0, width, height);
  const data = oneChannel(onGround(pen.getImageData(0, 0, width, height).data));
  return { data, width, height, address: image.src };
}

// Red, green, blue and alpha -> red, green and blue on white, or on black where white hides the ink.
function onGround(colours) {
  const [white, black] = [255, 0].map((ground) => [0, 1, 2].map((channel) => Uint8Array.from(
    { length: colours.length / 4 }, (_, i) => {
      const alpha = colours[4 * i + 3] / 255;
      return Math.round(alpha * colours[4 * i + channel] + (1 - alpha) * ground);
    })));
  const most = (channels) => Math.max(...channels.map(contrast));
  return most(white) < SEEN * most(black) ? black : white;
}

// The eye's brightness, or the colour that shows ink where brightness does not.
function oneChannel([red, green, blue]) {
  const grey = red.map((value, i) => (19595 * value + 38470 * green[i] + 7471 * blue[i] + 32768) >> 16); // as Pillow
  const best = [red, green, blue].reduce((found, each) => (contrast(each) > contrast(found) ? each : found));
  return contrast(grey) < SEEN * contrast(best) ? best : grey;
}

function contrast(channel) {
  let [low, high] = [255, 0];
  for (const value of channel) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return high - low;
}

// By way of a data: address, since a page that was opened as a file may not read what other addresses show.
async function open(file) {
  const image = new Image();
  image.src = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(file);
  });
  await image.decode();
  if (!image.naturalWidth) throw new Error("it has no size of its own");
  return image;
}

// Framed ink -> the address of its picture, black on white.
export function pictureOf(framed, { width, height }) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const pixels = new ImageData(width, height);
  framed.forEach((value, index) => {
    const grey = 255 - Math.round(255 * value);
    pixels.data.set([grey, grey, grey, 255], 4 * index);
  });
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  return canvas.toDataURL();
}
