/* serial FIRMWARE: an Arduino Uno whose serial port is standard input and output. Sends what it is given byte by byte, as
   fast as the firmware takes it, and ends a simulated second after the last byte of either side. */
#include <simavr/avr_uart.h>
#include <simavr/sim_avr.h>
#include <simavr/sim_elf.h>
#include <stdio.h>
#include <string.h>

static avr_cycle_count_t last; /* byte that was sent or came */
static avr_t *avr;

static void put(struct avr_irq_t *irq, uint32_t value, void *param) {
    (void)irq;
    (void)param;
    putchar((int)value);
    last = avr->cycle;
}

int main(int count, char **words) {
    static elf_firmware_t firmware;
    const avr_cycle_count_t byte = 16000000 / 115200 * 10; /* eight bits, a start and a stop */
    uint32_t flags = 0; /* or the simulator would print what is sent, too */
    avr_irq_t *in;
    int c = 0;
    if (count != 2 || elf_read_firmware(words[1], &firmware) != 0) {
        return 2;
    }
    firmware.frequency = 16000000;
    strcpy(firmware.mmcu, "atmega328p");
    avr = avr_make_mcu_by_name(firmware.mmcu);
    avr_init(avr);
    avr->log = LOG_ERROR;
    avr_load_firmware(avr, &firmware);
    avr_ioctl(avr, AVR_IOCTL_UART_SET_FLAGS('0'), &flags);
    in = avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_INPUT);
    avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUTPUT), put, NULL);
    last = 1600000; /* a tenth of a second to start up in */
    while (avr->cycle < last + 16000000) {
        if (c != EOF && avr->cycle > last + byte) {
            c = getchar();
            if (c != EOF) {
                last = avr->cycle;
                avr_raise_irq(in, (uint32_t)c);
            }
        }
        if (avr_run(avr) == cpu_Crashed) {
            return 1;
        }
    }
    return 0;
}
