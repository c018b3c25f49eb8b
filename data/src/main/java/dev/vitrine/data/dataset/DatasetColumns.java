package dev.vitrine.data.dataset;

/**
 * The columns of a data set in memory: 18 bytes a row. Rows of a person lie together in time order;
 * people rise by durable number.
 *
 * @param personNumber durable number per dense one, rising
 * @param personStart people + 1 positions into the others
 * @param type ordinals of EventType
 * @param part ordinals of Part
 */
record DatasetColumns(
        long[] personNumber,
        int[] personStart,
        int[] item,
        long[] time,
        byte[] type,
        float[] value,
        byte[] part) {}
