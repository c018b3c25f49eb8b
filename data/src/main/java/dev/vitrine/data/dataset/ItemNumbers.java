package dev.vitrine.data.dataset;

import java.util.function.ToIntFunction;

/**
 * The item numbers of the catalogue, fixed for the length of one build.
 *
 * @param numberOf the number of an id; -1 when it is not known
 * @param numbers all numbers are below this
 * @param sequence of the catalogue
 */
public record ItemNumbers(ToIntFunction<String> numberOf, int numbers, long sequence) {}
