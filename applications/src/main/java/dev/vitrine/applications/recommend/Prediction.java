package dev.vitrine.applications.recommend;

/**
 * How likely a shopper is to take to an item.
 *
 * @param probability calibrated, 0 to 1: the share of shoppers with such a score who went on to act
 *     on the item in the validation part
 * @param modelVersion name and version of what answered
 */
public record Prediction(String userId, String itemId, double probability, String modelVersion) {}
