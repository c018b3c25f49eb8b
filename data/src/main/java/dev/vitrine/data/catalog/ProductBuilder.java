package dev.vitrine.data.catalog;

import java.util.List;
import java.util.Map;

/** Collects the fields of a {@link Product}; what is not set stays absent. */
public final class ProductBuilder {
    private final String id;
    private String title = "";
    private String description = "";
    private String brand = "";
    private List<List<String>> categories = List.of();
    private double price = Double.NaN;
    private double originalPrice = Double.NaN;
    private double cost = Double.NaN;
    private String currency = "";
    private Availability availability = Availability.IN_STOCK;
    private long availableQuantity = -1;
    private Map<String, AttributeValue> attributes = Map.of();
    private List<String> tags = List.of();
    private String imageUri = "";
    private String uri = "";
    private String language = "";
    private long publishedAt = Product.NO_TIME;
    private long expiresAt = Product.NO_TIME;

    ProductBuilder(String id) {
        this.id = id;
    }

    ProductBuilder(Product from) {
        this.id = from.id();
        this.title = from.title();
        this.description = from.description();
        this.brand = from.brand();
        this.categories = from.categories();
        this.price = from.price();
        this.originalPrice = from.originalPrice();
        this.cost = from.cost();
        this.currency = from.currency();
        this.availability = from.availability();
        this.availableQuantity = from.availableQuantity();
        this.attributes = from.attributes();
        this.tags = from.tags();
        this.imageUri = from.imageUri();
        this.uri = from.uri();
        this.language = from.language();
        this.publishedAt = from.publishedAt();
        this.expiresAt = from.expiresAt();
    }

    public ProductBuilder title(String value) {
        this.title = value;
        return this;
    }

    public ProductBuilder description(String value) {
        this.description = value;
        return this;
    }

    public ProductBuilder brand(String value) {
        this.brand = value;
        return this;
    }

    public ProductBuilder categories(List<List<String>> value) {
        this.categories = value;
        return this;
    }

    public ProductBuilder price(double value) {
        this.price = value;
        return this;
    }

    public ProductBuilder originalPrice(double value) {
        this.originalPrice = value;
        return this;
    }

    public ProductBuilder cost(double value) {
        this.cost = value;
        return this;
    }

    public ProductBuilder currency(String value) {
        this.currency = value;
        return this;
    }

    public ProductBuilder availability(Availability value) {
        this.availability = value;
        return this;
    }

    public ProductBuilder availableQuantity(long value) {
        this.availableQuantity = value;
        return this;
    }

    public ProductBuilder attributes(Map<String, AttributeValue> value) {
        this.attributes = value;
        return this;
    }

    public ProductBuilder tags(List<String> value) {
        this.tags = value;
        return this;
    }

    public ProductBuilder imageUri(String value) {
        this.imageUri = value;
        return this;
    }

    public ProductBuilder uri(String value) {
        this.uri = value;
        return this;
    }

    public ProductBuilder language(String value) {
        this.language = value;
        return this;
    }

    public ProductBuilder publishedAt(long value) {
        this.publishedAt = value;
        return this;
    }

    public ProductBuilder expiresAt(long value) {
        this.expiresAt = value;
        return this;
    }

    public Product build() {
        return build(id);
    }

    /** The same product under another id, for readers that meet the id after other fields. */
    public Product build(String productId) {
        return new Product(
                productId,
                title,
                description,
                brand,
                categories,
                price,
                originalPrice,
                cost,
                currency,
                availability,
                availableQuantity,
                attributes,
                tags,
                imageUri,
                uri,
                language,
                publishedAt,
                expiresAt);
    }
}
