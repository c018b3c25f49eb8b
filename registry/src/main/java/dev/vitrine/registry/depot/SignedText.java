package dev.vitrine.registry.depot;

/**
 * A manifest with its signature.
 *
 * @param text the manifest as it is kept
 * @param signature the text of {@code model.sig}
 */
public record SignedText(String text, String signature) {}
