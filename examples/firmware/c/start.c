/* From power-up to main: what a Cortex-M4 with a floating-point unit needs, and nothing else. */
#include "host.h"

extern uint32_t stack_top, data_from, data_start, data_end, bss_start, bss_end;

int main(void);

#define CPACR (*(volatile uint32_t *)0xE000ED88u)

void reset(void)
{
    /* The library may keep values in registers of the floating-point unit. */
    CPACR |= 0xFu << 20;
    __asm__ volatile("dsb\n\tisb");
    for (uint32_t *to = &data_start, *from = &data_from; to < &data_end;)
        *to++ = *from++;
    for (uint32_t *to = &bss_start; to < &bss_end;)
        *to++ = 0;
    host_exit(main());
}

static void fault(void)
{
    host_say("a fault\n");
    host_exit(1);
}

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    &stack_top,          (const void *)reset, (const void *)fault, (const void *)fault,
    (const void *)fault, (const void *)fault, (const void *)fault,
};
