package dev.vitrine.data.intake;

import dev.vitrine.data.DataError;
import dev.vitrine.data.catalog.Availability;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.catalog.ProductBuilder;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Makes products of the rows of a shop's own files. */
final class ProductMapping {
    private final MappedColumns cells = new MappedColumns(DataError.PRODUCT_INVALID);
    private final CellReader id;
    private final List<Setter> setters;
    private final AttributeMapping attributes;
    private final String currency;
    private final String language;

    /** Sets one field of a product from a row. */
    private interface Setter {
        void set(Row row, ProductBuilder product);
    }

    ProductMapping(ProductInput input, ProductFields fields, String currency, String language) {
        this.currency = currency;
        this.language = language;
        this.id = cells.needed("id", fields.id());
        this.setters =
                List.of(
                        text("title", fields.title(), ProductJson.MAX_TITLE, ProductBuilder::title),
                        text(
                                "description",
                                fields.description(),
                                ProductJson.MAX_DESCRIPTION,
                                ProductBuilder::description),
                        text("brand", fields.brand(), ProductJson.MAX_TAG, ProductBuilder::brand),
                        with(
                                "categories",
                                fields.categories(),
                                (cell, row, product) -> product.categories(cell.paths(row))),
                        amount("price", fields.price(), ProductBuilder::price),
                        amount(
                                "originalPrice",
                                fields.originalPrice(),
                                ProductBuilder::originalPrice),
                        amount("cost", fields.cost(), ProductBuilder::cost),
                        with("currency", fields.currency(), ProductMapping::currency),
                        with("availability", fields.availability(), ProductMapping::availability),
                        with(
                                "availableQuantity",
                                fields.availableQuantity(),
                                ProductMapping::quantity),
                        with(
                                "tags",
                                fields.tags(),
                                (cell, row, product) ->
                                        product.tags(
                                                cell.texts(
                                                        row,
                                                        ProductJson.MAX_TAGS,
                                                        ProductJson.MAX_TAG))),
                        text(
                                "imageUri",
                                fields.imageUri(),
                                ProductJson.MAX_URI,
                                ProductBuilder::imageUri),
                        text("uri", fields.uri(), ProductJson.MAX_URI, ProductBuilder::uri),
                        text("language", fields.language(), 32, ProductBuilder::language),
                        with(
                                "publishedAt",
                                fields.publishedAt(),
                                (cell, row, product) -> product.publishedAt(cell.time(row))),
                        with(
                                "expiresAt",
                                fields.expiresAt(),
                                (cell, row, product) -> product.expiresAt(cell.time(row))));
        this.attributes =
                new AttributeMapping(
                        input.attributes(),
                        Set.copyOf(cells.columns()),
                        input.otherAttributes(),
                        ProductJson.MAX_ATTRIBUTES,
                        DataError.PRODUCT_INVALID);
        input.attributes().forEach(each -> cells.also(each.column()));
    }

    /** The columns that the file must have. */
    Set<String> columns() {
        return cells.columns();
    }

    /**
     * @throws dev.vitrine.kernel.error.VitrineException PRODUCT_INVALID or FIELD_MISSING, naming
     *     field and column
     */
    Product read(Row row) {
        String productId = id.text(row, Product.MAX_ID_LENGTH);
        if (productId.isBlank()) {
            throw id.missing();
        }
        ProductBuilder product = Product.builder(productId).currency(currency).language(language);
        for (Setter setter : setters) {
            setter.set(row, product);
        }
        return product.attributes(attributes.read(row)).build();
    }

    /** Reads a cell into a product. */
    private interface Reading {
        void read(CellReader cell, Row row, ProductBuilder product);
    }

    private Setter with(String field, @Nullable FieldConfig config, Reading reading) {
        CellReader cell = cells.find(field, config);
        if (cell == null) {
            return (row, product) -> {};
        }
        return (row, product) -> reading.read(cell, row, product);
    }

    private Setter text(
            String field,
            @Nullable FieldConfig config,
            int most,
            BiConsumer<ProductBuilder, String> set) {
        return with(
                field,
                config,
                (cell, row, product) -> {
                    String text = cell.text(row, most);
                    if (!text.isEmpty()) {
                        set.accept(product, text);
                    }
                });
    }

    private Setter amount(
            String field, @Nullable FieldConfig config, BiConsumer<ProductBuilder, Double> set) {
        return with(field, config, (cell, row, product) -> set.accept(product, cell.amount(row)));
    }

    private static void currency(CellReader cell, Row row, ProductBuilder product) {
        String text = cell.text(row, ProductJson.MAX_TAG);
        if (!Product.isCurrency(text)) {
            throw cell.fail("expected " + Product.CURRENCY_FORM + ", found '" + text + "'");
        }
        if (!text.isEmpty()) {
            product.currency(text);
        }
    }

    private static void availability(CellReader cell, Row row, ProductBuilder product) {
        String text = cell.text(row, 64);
        if (text.isEmpty()) {
            return;
        }
        for (Availability each : Availability.values()) {
            if (each.wire().equals(text)) {
                product.availability(each);
                return;
            }
        }
        throw cell.fail(
                "expected in-stock, out-of-stock, preorder or backorder, found '" + text + "'");
    }

    private static void quantity(CellReader cell, Row row, ProductBuilder product) {
        double pieces = cell.amount(row);
        if (Double.isNaN(pieces)) {
            return;
        }
        if (pieces != Math.rint(pieces)) {
            throw cell.fail("expected a whole number of pieces, found " + pieces);
        }
        product.availableQuantity((long) pieces);
    }
}
