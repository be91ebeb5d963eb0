#include "host.h"

enum call {
    SYS_OPEN = 0x01,
    SYS_WRITE0 = 0x04,
    SYS_WRITE = 0x05,
    SYS_READ = 0x06,
    SYS_SEEK = 0x0A,
    SYS_FLEN = 0x0C,
    SYS_GET_CMDLINE = 0x15,
    SYS_EXIT = 0x18
};

#define READ_AND_WRITE_BINARY 3u
#define EXIT_SUCCESS_REASON 0x20026u
#define EXIT_FAILURE_REASON 0x20023u

static uint32_t call(enum call number, uintptr_t argument)
{
    register uint32_t r0 __asm__("r0") = (uint32_t)number;
    register uintptr_t r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

static size_t length_of(const char *text)
{
    size_t length = 0;
    while (text[length] != 0)
        length++;
    return length;
}

/* Never for appending: QEMU 7.2 takes such a file and writes over its beginning. */
int32_t host_open(const char *name)
{
    uint32_t block[] = {(uint32_t)(uintptr_t)name, READ_AND_WRITE_BINARY, length_of(name)};
    return (int32_t)call(SYS_OPEN, (uintptr_t)block);
}

int host_read(int32_t file, void *bytes, size_t size)
{
    uint32_t block[] = {(uint32_t)file, (uint32_t)(uintptr_t)bytes, size};
    return call(SYS_READ, (uintptr_t)block) != 0;
}

int host_write_at(int32_t file, size_t at, const void *bytes, size_t size)
{
    uint32_t seek[] = {(uint32_t)file, at};
    uint32_t write[] = {(uint32_t)file, (uint32_t)(uintptr_t)bytes, size};
    return call(SYS_SEEK, (uintptr_t)seek) != 0 || call(SYS_WRITE, (uintptr_t)write) != 0;
}

size_t host_length(int32_t file)
{
    uint32_t block[] = {(uint32_t)file};
    return call(SYS_FLEN, (uintptr_t)block);
}

int host_command_line(char *buffer, size_t size)
{
    uint32_t block[] = {(uint32_t)(uintptr_t)buffer, size};
    return call(SYS_GET_CMDLINE, (uintptr_t)block) != 0;
}

void host_say(const char *text)
{
    (void)call(SYS_WRITE0, (uintptr_t)text);
}

void host_exit(int failed)
{
    for (;;)
        (void)call(SYS_EXIT, failed ? EXIT_FAILURE_REASON : EXIT_SUCCESS_REASON);
}
