/* What the machine, QEMU, lends the firmware: the files of its host, by the semihosting calls of Arm. */
#ifndef HOST_H
#define HOST_H

#include <stddef.h>
#include <stdint.h>

/* Opens a file that is there, to read and to write; negative: it cannot. */
int32_t host_open(const char *name);
/* Each returns 0 when it did all of it. */
int host_read(int32_t file, void *bytes, size_t size);
int host_write_at(int32_t file, size_t at, const void *bytes, size_t size);
/* How long a file is. */
size_t host_length(int32_t file);
/* The words that QEMU was given, into a buffer; 0 when they fit. */
int host_command_line(char *buffer, size_t size);
/* A line for whoever watches. */
void host_say(const char *text);
/* Ends the machine. */
void host_exit(int failed);

#endif
