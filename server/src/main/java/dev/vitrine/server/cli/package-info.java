/**
 * The command line: reads arguments, calls one thing, prints. Read first: Main, then a command.
 * Results go to standard output only with --json; everything else to standard error.
 */
@NullMarked
package dev.vitrine.server.cli;

import org.jspecify.annotations.NullMarked;
