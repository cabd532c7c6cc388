// Reads letters over the serial port, on an Arduino Uno or anything larger. Beside this file lies the network:
//
//     python -m charnet.export --to c --int8 examples/arduino/charnet.h
//
// Send a picture as numbers from 0 (paper) to 255 (ink), row by row from the top left, with blanks, commas or line
// ends between and after them, as in the Serial Monitor at 115200 baud. After the last one comes a line with the three
// best labels and their likelihoods; wait for it before the next picture. A letter, as in "new", starts over.

#include "charnet.h"

static float ink[CHARNET_INPUTS], likelihoods[CHARNET_OUTPUTS];
static int pixels = 0;  // of the picture, so far
static int number = -1;  // as far as its digits have come; -1 between two numbers

static void report() {
    int best = charnet_rank(ink, likelihoods);
    for (int place = 0; place < 3 && place < CHARNET_OUTPUTS; place++) {
        if (place > 0) {
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
        likelihoods[best] = -1;  // told
    }
    Serial.println();
}

void setup() {
    Serial.begin(115200);
}

void loop() {
    int c = Serial.read();  // -1: nothing has come
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
