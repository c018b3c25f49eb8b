/**
 * What the whole program says to input, settings and places that are wrong. Read first:
 * WrongStartIT. The modules' own tests say the same of their parts; docs/bad-input.md lists all.
 */
@NullMarked
package dev.vitrine.systemtests.badinput;

import org.jspecify.annotations.NullMarked;
