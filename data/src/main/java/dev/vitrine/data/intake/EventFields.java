package dev.vitrine.data.intake;

import org.jspecify.annotations.Nullable;

/**
 * Which column each field of an event comes from. Needed: {@code eventType}, {@code eventTime}, and
 * one of {@code visitorId} and {@code userId}.
 *
 * @param itemId the product; with a separator several
 */
public record EventFields(
        @Nullable FieldConfig eventId,
        @Nullable FieldConfig eventType,
        @Nullable FieldConfig visitorId,
        @Nullable FieldConfig userId,
        @Nullable FieldConfig sessionId,
        @Nullable FieldConfig eventTime,
        @Nullable FieldConfig itemId,
        @Nullable FieldConfig quantity,
        @Nullable FieldConfig price,
        @Nullable FieldConfig searchQuery,
        @Nullable FieldConfig attributionToken,
        @Nullable FieldConfig placement,
        @Nullable FieldConfig value,
        @Nullable FieldConfig currency,
        @Nullable FieldConfig consent) {}
