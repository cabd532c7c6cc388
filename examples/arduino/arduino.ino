// Reads letters over the serial port, on an Arduino Uno or anything larger. First put the network beside this file:
//
//     python -m charnet.export --to c --int8 examples/arduino/charnet.h
//
// Send a picture as numbers from 0 (paper) to 255 (ink), row by row from the top left, each followed by a space, a comma
// or a line end, for example with the Serial Monitor at 115200 baud. After the last number the sketch prints a line with
// the three best labels and their likelihoods; wait for it before you send the next picture. Any letter, as in "new",
// discards what was sent and starts over.

#include "charnet.h"

static float ink[CHARNET_INPUTS], likelihoods[CHARNET_OUTPUTS];
static int pixels = 0;  // received so far
static int number = -1;  // the digits received so far; -1 between two numbers

static void report() {
    int best = charnet_rank(ink, likelihoods);
    for (int rank = 0; rank < 3 && rank < CHARNET_OUTPUTS; rank++) {
        if (rank > 0) {
            for (int unit = 0; unit < CHARNET_OUTPUTS; unit++) {
                if (likelihoods[unit] > likelihoods[best]) {
                    best = unit;
                }
            }
            Serial.print(F("   "));
        }
        Serial.print(likelihoods[best], 3);
        Serial.print(' ');
        Serial.print((const __FlashStringHelper *)charnet_labels[best]);
        likelihoods[best] = -1;  // printed
    }
    Serial.println();
}

void setup() {
    Serial.begin(115200);
}

void loop() {
    int c = Serial.read();  // -1: nothing received
    if (c >= '0' && c <= '9') {
        number = (number < 0 ? 0 : number) * 10 + c - '0';
        number = number > 255 ? 255 : number;
    } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
        pixels = 0;
        number = -1;
    } else if (c >= 0 && number >= 0) {
        ink[pixels++] = number / 255.0f;
        number = -1;
        if (pixels == CHARNET_INPUTS) {
            pixels = 0;
            report();
        }
    }
}
