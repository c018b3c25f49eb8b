/**
 * What the operating system offers beyond the Java interface: the C library's heap, which pages of
 * a file are mapped, and threads that give way. Read {@link NativeMemory} first. Everything does
 * nothing, or says that it is unknown, where the system is not Linux with glibc. Knows no models.
 */
@NullMarked
package dev.vitrine.inference.platform;

import org.jspecify.annotations.NullMarked;
