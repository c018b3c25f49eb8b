package dev.vitrine.data.intake;

import dev.vitrine.data.DataError;
import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.catalog.Availability;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.catalog.ProductBuilder;
import dev.vitrine.kernel.error.VitrineException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonToken;

/**
 * Products as the public API writes them in JSON. Fields that the API does not know are kept as
 * attributes; times are RFC 3339 or epoch milliseconds; a category is a list of levels or one text
 * with {@code " > "} between them.
 */
public final class ProductJson {
    public static final int MAX_TITLE = 5_000;
    public static final int MAX_DESCRIPTION = 100_000;
    public static final int MAX_CATEGORIES = 250;
    public static final int MAX_LEVELS = 20;
    public static final int MAX_TAGS = 250;
    public static final int MAX_TAG = 1_000;
    public static final int MAX_URI = 5_000;
    public static final int MAX_ATTRIBUTES = 1_000;

    private static final Map<String, Availability> AVAILABILITY =
            Stream.of(Availability.values()).collect(Collectors.toMap(Availability::wire, a -> a));
    private static final String AVAILABILITY_NAMES =
            Stream.of(Availability.values())
                    .map(Availability::wire)
                    .collect(Collectors.joining(", "));

    private ProductJson() {}

    /**
     * Reads one product.
     *
     * @throws dev.vitrine.kernel.error.VitrineException PRODUCT_INVALID or FIELD_MISSING, naming
     *     the field and the value found
     */
    public static Product read(byte[] json) {
        return read(json, 0, json.length);
    }

    public static Product read(byte[] bytes, int from, int length) {
        return JsonReading.object(
                bytes, from, length, DataError.PRODUCT_INVALID, in -> whole(in, ""));
    }

    public static Product read(String json) {
        return JsonReading.object(json, DataError.PRODUCT_INVALID, in -> whole(in, ""));
    }

    /** Reads the product that is called {@code id}; the object need not say so, nor else. */
    public static Product readCalled(String id, byte[] json) {
        Product product =
                JsonReading.object(
                        json, 0, json.length, DataError.PRODUCT_INVALID, in -> whole(in, id));
        if (!product.id().equals(id)) {
            throw VitrineException.field(
                    DataError.PRODUCT_INVALID,
                    "id",
                    "id: is '" + product.id() + "', the product is called '" + id + "'");
        }
        return product;
    }

    /**
     * Changes the fields that {@code json} names and keeps the others; a field given as null
     * becomes absent. Attributes are merged by name; one given as null is removed.
     */
    public static Product patch(Product before, byte[] json) {
        return JsonReading.object(
                json, 0, json.length, DataError.PRODUCT_INVALID, in -> patch(in, before));
    }

    /** Writes one product as an object; what is absent is left out. */
    public static void write(JsonGenerator json, Product product) {
        write(json, product, true);
    }

    /** Writes what shoppers may see of a product: everything but its cost. */
    public static void writePublic(JsonGenerator json, Product product) {
        write(json, product, false);
    }

    private static void write(JsonGenerator json, Product product, boolean withCost) {
        json.writeStartObject();
        json.writeStringProperty("id", product.id());
        JsonWriting.text(json, "title", product.title());
        JsonWriting.text(json, "description", product.description());
        JsonWriting.text(json, "brand", product.brand());
        if (!product.categories().isEmpty()) {
            json.writeArrayPropertyStart("categories");
            for (List<String> path : product.categories()) {
                JsonWriting.texts(json, path);
            }
            json.writeEndArray();
        }
        JsonWriting.number(json, "price", product.price());
        JsonWriting.number(json, "originalPrice", product.originalPrice());
        if (withCost) {
            JsonWriting.number(json, "cost", product.cost());
        }
        JsonWriting.text(json, "currency", product.currency());
        json.writeStringProperty("availability", product.availability().wire());
        if (product.availableQuantity() >= 0) {
            json.writeNumberProperty("availableQuantity", product.availableQuantity());
        }
        JsonWriting.attributes(json, "attributes", product.attributes());
        JsonWriting.texts(json, "tags", product.tags());
        JsonWriting.text(json, "imageUri", product.imageUri());
        JsonWriting.text(json, "uri", product.uri());
        JsonWriting.text(json, "language", product.language());
        JsonWriting.time(json, "publishedAt", product.publishedAt());
        JsonWriting.time(json, "expiresAt", product.expiresAt());
        json.writeEndObject();
    }

    public static byte[] write(Product product) {
        return JsonWriting.bytes(json -> write(json, product));
    }

    private static Product whole(JsonReading in, String called) {
        // The id may stand anywhere in the object, and a builder needs it first.
        ProductBuilder builder = Product.builder("pending");
        Map<String, AttributeValue> attributes = new HashMap<>();
        String id = fields(in, builder, attributes);
        if (id.isEmpty() && called.isEmpty()) {
            throw in.missing("id", "the id of the product");
        }
        return builder.attributes(attributes).build(id.isEmpty() ? called : id);
    }

    private static Product patch(JsonReading in, Product before) {
        ProductBuilder builder = before.toBuilder();
        Map<String, AttributeValue> attributes = new HashMap<>(before.attributes());
        String id = fields(in, builder, attributes);
        if (!id.isEmpty() && !id.equals(before.id())) {
            throw in.fail(
                    "id", "cannot change from '" + before.id() + "' to '" + id + "' in a patch");
        }
        return builder.attributes(attributes).build();
    }

    /** Reads all fields; returns the id, empty when there was none. */
    private static String fields(
            JsonReading in, ProductBuilder product, Map<String, AttributeValue> attributes) {
        String id = "";
        String field;
        while ((field = in.nextField()) != null) {
            switch (field) {
                case "id" -> id = in.id(field, Product.MAX_ID_LENGTH);
                case "title" -> product.title(in.text(field, MAX_TITLE));
                case "description" -> product.description(in.text(field, MAX_DESCRIPTION));
                case "brand" -> product.brand(in.text(field, MAX_TAG));
                case "categories" -> product.categories(categories(in));
                case "price" -> product.price(in.amount(field));
                case "originalPrice" -> product.originalPrice(in.amount(field));
                case "cost" -> product.cost(in.amount(field));
                case "currency" -> product.currency(currency(in, field));
                case "availability" -> product.availability(availability(in, field));
                case "availableQuantity" ->
                        product.availableQuantity(
                                in.isNull() ? -1 : in.whole(field, 0, Long.MAX_VALUE));
                case "tags" -> product.tags(in.texts(field, MAX_TAGS, MAX_TAG));
                case "imageUri" -> product.imageUri(in.text(field, MAX_URI));
                case "uri" -> product.uri(in.text(field, MAX_URI));
                case "language" -> product.language(in.text(field, 32));
                case "publishedAt" -> product.publishedAt(in.time(field, Product.NO_TIME));
                case "expiresAt" -> product.expiresAt(in.time(field, Product.NO_TIME));
                case "attributes" -> attributes(in, attributes);
                default -> attribute(in, field, attributes);
            }
        }
        return id;
    }

    private static void attributes(JsonReading in, Map<String, AttributeValue> into) {
        if (in.isNull()) {
            into.clear();
            return;
        }
        in.expectObject("attributes");
        String name;
        while ((name = in.nextField()) != null) {
            attribute(in, name, into);
        }
    }

    private static void attribute(JsonReading in, String name, Map<String, AttributeValue> into) {
        if (in.isNull()) {
            into.remove(name);
        } else {
            in.attribute(name, into, MAX_ATTRIBUTES);
        }
    }

    private static String currency(JsonReading in, String field) {
        String text = in.text(field, MAX_TAG);
        if (!Product.isCurrency(text)) {
            throw in.wrong(field, Product.CURRENCY_FORM);
        }
        return text;
    }

    private static Availability availability(JsonReading in, String field) {
        if (in.isNull()) {
            return Availability.IN_STOCK;
        }
        Availability value = AVAILABILITY.get(in.text(field, 64));
        if (value == null) {
            throw in.wrong(field, "one of " + AVAILABILITY_NAMES);
        }
        return value;
    }

    private static List<List<String>> categories(JsonReading in) {
        List<List<String>> paths = new ArrayList<>();
        in.list(
                "categories",
                MAX_CATEGORIES,
                place -> {
                    String field = "categories[" + place + "]";
                    if (in.parser.currentToken() == JsonToken.VALUE_STRING) {
                        paths.add(CategoryPath.split(in.text(field, MAX_TITLE), ">"));
                    } else {
                        paths.add(in.texts(field, MAX_LEVELS, MAX_TAG));
                    }
                });
        return paths;
    }
}
