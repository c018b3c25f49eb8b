package dev.vitrine.data.intake;

import org.jspecify.annotations.Nullable;

/** Which column each field of a product comes from; only {@code id} is needed. */
public record ProductFields(
        @Nullable FieldConfig id,
        @Nullable FieldConfig title,
        @Nullable FieldConfig description,
        @Nullable FieldConfig brand,
        @Nullable FieldConfig categories,
        @Nullable FieldConfig price,
        @Nullable FieldConfig originalPrice,
        @Nullable FieldConfig cost,
        @Nullable FieldConfig currency,
        @Nullable FieldConfig availability,
        @Nullable FieldConfig availableQuantity,
        @Nullable FieldConfig tags,
        @Nullable FieldConfig imageUri,
        @Nullable FieldConfig uri,
        @Nullable FieldConfig language,
        @Nullable FieldConfig publishedAt,
        @Nullable FieldConfig expiresAt) {}
