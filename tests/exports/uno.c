/* On an ATmega328P: ranks the pictures in flash, and writes for each its labels' indices, best first, over the serial
   port; at the end, how many bytes of memory were in use at once. */
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/pgmspace.h>
#include <avr/sleep.h>
#include <stdio.h>
#include <string.h>

#include "charnet.h"
#include "pictures.h"

extern char __data_start, _end; /* of the variables, set by the linker */

static float ink[CHARNET_INPUTS], out[CHARNET_OUTPUTS];

static void put(char c) {
    while (!(UCSR0A & (1 << UDRE0))) {
    }
    UDR0 = (unsigned char)c;
}

static void write(int number, char end) {
    char digits[8];
    int i;
    sprintf_P(digits, PSTR("%d"), number);
    for (i = 0; digits[i]; i++) {
        put(digits[i]);
    }
    put(end);
}

static void rank(void) {
    int place, unit, best = charnet_rank(ink, out);
    for (place = 0; place < CHARNET_OUTPUTS; place++) {
        for (unit = 0; place > 0 && unit < CHARNET_OUTPUTS; unit++) {
            if (out[best] < 0 || out[unit] > out[best]) {
                best = unit;
            }
        }
        write(best, place == CHARNET_OUTPUTS - 1 ? '\n' : ' ');
        out[best] = -1;
    }
}

int main(void) {
    char *free = &_end;
    int picture, i;
    UCSR0B = 1 << TXEN0;
    memset(free, 0x5a, (size_t)((char *)SP - 8 - free)); /* what is not 0x5a at the end was in use */
    for (picture = 0; picture < PICTURES; picture++) {
        for (i = 0; i < CHARNET_INPUTS; i++) {
            ink[i] = (float)pgm_read_byte(&pictures[picture][i]) / 255;
        }
        rank();
    }
    while (*free == 0x5a) {
        free++;
    }
    write((int)(&_end - &__data_start) + (int)((char *)RAMEND - free) + 1, '\n');
    cli();
    sleep_mode(); /* with interrupts off: the simulator ends */
}
