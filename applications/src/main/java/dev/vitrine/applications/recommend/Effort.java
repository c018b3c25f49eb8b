package dev.vitrine.applications.recommend;

/** How much work an answer may be; what a shop under pressure steps down and up. */
public enum Effort {
    /** All that is known to make it better. */
    FULL,
    /** One retriever, the one that counts most, and no mixing of categories and brands. */
    CHEAPER,
    /** What sells best, whoever asks; of the page's categories first. */
    POPULAR
}
