package dev.vitrine.data.intake;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.vitrine.data.DataError;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.kernel.config.ConfigReader;
import dev.vitrine.kernel.error.VitrineException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A shop in its own words: which files hold what, and how its columns map to ours. Read from
 * shop.yaml.
 *
 * @param name what people call it; default {@code shop}
 * @param currency of prices that name none, such as {@code EUR}
 * @param language of texts that name none, such as {@code en}
 * @param catalogueFromBehaviour whether items that only events mention become products known by id
 *     alone; by default when there are no products
 * @param personalAttributes names of event attributes that are about the person, and are encrypted
 */
public record ShopConfig(
        String name,
        String currency,
        String language,
        boolean catalogueFromBehaviour,
        Set<String> personalAttributes,
        List<ProductInput> products,
        List<EventInput> events) {
    @JsonCreator
    public ShopConfig(
            @JsonProperty("name") @Nullable String name,
            @JsonProperty("currency") @Nullable String currency,
            @JsonProperty("language") @Nullable String language,
            @JsonProperty("catalogueFromBehaviour") @Nullable Boolean catalogueFromBehaviour,
            @JsonProperty("personalAttributes") @Nullable Set<String> personalAttributes,
            @JsonProperty("products") @Nullable List<ProductInput> products,
            @JsonProperty("events") @Nullable List<EventInput> events) {
        this(
                name == null ? "shop" : name,
                currency == null ? "" : currency,
                language == null ? "" : language,
                catalogueFromBehaviour == null
                        ? products == null || products.isEmpty()
                        : catalogueFromBehaviour,
                personalAttributes == null ? Set.of() : Set.copyOf(personalAttributes),
                products == null ? List.of() : List.copyOf(products),
                events == null ? List.of() : List.copyOf(events));
        if (!Product.isCurrency(this.currency)) {
            throw VitrineException.field(
                    DataError.MAPPING_INVALID,
                    "currency",
                    "currency: expected "
                            + Product.CURRENCY_FORM
                            + ", found '"
                            + this.currency
                            + "'");
        }
        if (this.products.isEmpty() && this.events.isEmpty()) {
            throw new VitrineException(
                    DataError.MAPPING_INVALID, "a shop needs files with products or with events");
        }
    }

    /**
     * Reads shop.yaml.
     *
     * @throws VitrineException naming file, line and key when something is unknown or wrong
     */
    public static ShopConfig read(Path file) {
        return ConfigReader.read(file, ShopConfig.class);
    }

    static List<String> some(String key, @Nullable List<String> values) {
        if (values == null || values.isEmpty()) {
            throw VitrineException.field(
                    DataError.MAPPING_INVALID, key, key + " must name at least one file");
        }
        return List.copyOf(values);
    }

    static String encoding(@Nullable String name) {
        if (name == null) {
            return "UTF-8";
        }
        try {
            return Charset.forName(name).name();
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new VitrineException(
                    DataError.MAPPING_INVALID,
                    "'" + name + "' is not a character set; expected one such as UTF-8",
                    "encoding",
                    e);
        }
    }
}
