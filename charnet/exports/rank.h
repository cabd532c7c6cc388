/* A handwriting network by charnet: $width x $height pixels in, the likelihoods of $outputs labels out, $hidden hidden units;
   its weights are $kind. C99 or C++; needs no library and no memory but the stack. On AVR all tables stay in flash.

       float out[CHARNET_OUTPUTS];
       int best = charnet_rank(ink, out);
       puts(charnet_labels[best]);

   The picture that it reads was framed by `$framing`, as charnet's documentation says. Labels are UTF-8. */
#ifndef CHARNET_H
#define CHARNET_H

#define CHARNET_INPUTS $inputs
#define CHARNET_WIDTH $width
#define CHARNET_HEIGHT $height
#define CHARNET_HIDDEN $hidden
#define CHARNET_OUTPUTS $outputs

#ifdef __AVR__ /* flash has addresses of its own there: print a label with puts_P, or as a __FlashStringHelper */
#include <avr/pgmspace.h>
#define CHARNET_FLASH PROGMEM
#define CHARNET_FLOAT(place) pgm_read_float(&(place))
#define CHARNET_BYTE(place) ((signed char)pgm_read_byte(&(place)))
#else
#define CHARNET_FLASH
#define CHARNET_FLOAT(place) (place)
#define CHARNET_BYTE(place) (place)
#endif

$tables

/* 1 / (1 + e^-x), to the last bit or two of a float. */
static inline float charnet_logistic(float x) {
    float a = x < 0 ? -x : x, power = 1;
    int halves;
    if (!(a < 87)) {
        return x < 0 ? 0.0f : 1.0f;
    }
    halves = (int)(a * 1.44269504f + 0.5f); /* e^-a = 2^-halves * e^-rest, where |rest| is at most ln 2 / 2 */
    a = (a - (float)halves * 0.693359375f) + (float)halves * 2.12194440e-4f;
    a = 1 - a * (1 - a / 2 * (1 - a / 3 * (1 - a / 4 * (1 - a / 5 * (1 - a / 6 * (1 - a / 7))))));
    while (halves-- > 0) {
        power *= 0.5f;
    }
    a *= power;
    return x < 0 ? a / (1 + a) : 1 / (1 + a);
}

/* Ink, CHARNET_INPUTS numbers from 0 (paper) to 1 (ink), row by row from the top left -> the index of the best label.
   `out` takes CHARNET_OUTPUTS likelihoods, each from 0 to 1; it may be a null pointer. */
static inline int charnet_rank(const float *ink, float *out) {
    float hidden[CHARNET_HIDDEN], sum, top = 0;
    int input, unit, from, best = 0;
    for (unit = 0; unit < CHARNET_HIDDEN; unit++) {
        hidden[unit] = 0;
    }
    for (input = 0; input < CHARNET_INPUTS; input++) {
        if (ink[input] != 0) { /* most of a picture is paper */
            for (unit = 0; unit < CHARNET_HIDDEN; unit++) {
                hidden[unit] += (float)$weight(charnet_hidden_weight[input][unit]) * ink[input];
            }
        }
    }
    for (unit = 0; unit < CHARNET_HIDDEN; unit++) {
        sum = hidden[unit];
        hidden[unit] = charnet_logistic(CHARNET_FLOAT(charnet_hidden_bias[unit]) + $hidden_sum);
    }
    for (unit = 0; unit < CHARNET_OUTPUTS; unit++) {
        sum = 0;
        for (from = 0; from < CHARNET_HIDDEN; from++) {
            sum += (float)$weight(charnet_output_weight[unit][from]) * hidden[from];
        }
        sum = CHARNET_FLOAT(charnet_output_bias[unit]) + $output_sum;
        if (unit == 0 || sum > top) {
            top = sum;
            best = unit;
        }
        if (out) {
            out[unit] = charnet_logistic(sum);
        }
    }
    return best;
}

#endif
