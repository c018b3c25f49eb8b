package dev.vitrine.data.feature;

/**
 * What a state has counted.
 *
 * @param applied events applied, robots and all
 * @param duplicates events ignored because their id was seen shortly before
 * @param unknownItems products in events whose id had no number
 * @param clampedTimes events whose time lay after they were received
 * @param merges visitors whose past went to a user
 * @param forgotten shoppers dropped because there were too many
 * @param shoppers in memory now
 */
public record ShopStateCounts(
        long applied,
        long duplicates,
        long unknownItems,
        long clampedTimes,
        long merges,
        long forgotten,
        int shoppers) {}
