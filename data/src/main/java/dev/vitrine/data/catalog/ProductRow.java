package dev.vitrine.data.catalog;

import dev.vitrine.data.DataError;
import dev.vitrine.data.store.RowReader;
import dev.vitrine.data.store.RowWriter;
import dev.vitrine.kernel.error.VitrineException;
import java.util.List;

/**
 * A product as the bytes of its row, without its id. The first byte is the version of the form, so
 * that a later form can stand beside this one. Equal products give equal bytes.
 */
final class ProductRow {
    private static final int VERSION = 1;

    private ProductRow() {}

    static void write(RowWriter to, Product product) {
        to.putByte(VERSION)
                .putText(product.title())
                .putText(product.description())
                .putText(product.brand());
        to.putUnsigned(product.categories().size());
        for (List<String> path : product.categories()) {
            writeTexts(to, path);
        }
        to.putDouble(product.price())
                .putDouble(product.originalPrice())
                .putDouble(product.cost())
                .putText(product.currency())
                .putByte(code(product.availability()))
                .putSigned(product.availableQuantity());
        AttributeCodec.write(to, product.attributes());
        writeTexts(to, product.tags());
        to.putText(product.imageUri())
                .putText(product.uri())
                .putText(product.language())
                .putSigned(product.publishedAt())
                .putSigned(product.expiresAt());
    }

    static Product read(String id, byte[] row) {
        RowReader from = new RowReader(row);
        int version = from.getByte();
        if (version != VERSION) {
            throw new VitrineException(
                    DataError.STORE_FORMAT,
                    "product '"
                            + id
                            + "' is stored in form "
                            + version
                            + "; this program reads form "
                            + VERSION);
        }
        return Product.builder(id)
                .title(from.getText())
                .description(from.getText())
                .brand(from.getText())
                .categories(readPaths(from))
                .price(from.getDouble())
                .originalPrice(from.getDouble())
                .cost(from.getDouble())
                .currency(from.getText())
                .availability(availability(from.getByte()))
                .availableQuantity(from.getSigned())
                .attributes(AttributeCodec.read(from))
                .tags(readTexts(from))
                .imageUri(from.getText())
                .uri(from.getText())
                .language(from.getText())
                .publishedAt(from.getSigned())
                .expiresAt(from.getSigned())
                .build();
    }

    private static void writeTexts(RowWriter to, List<String> texts) {
        to.putUnsigned(texts.size());
        for (String text : texts) {
            to.putText(text);
        }
    }

    private static List<String> readTexts(RowReader from) {
        int count = from.getLength();
        String[] texts = new String[count];
        for (int i = 0; i < count; i++) {
            texts[i] = from.getText();
        }
        return List.of(texts);
    }

    private static List<List<String>> readPaths(RowReader from) {
        int count = from.getLength();
        @SuppressWarnings({"unchecked", "rawtypes"})
        List<String>[] paths = new List[count];
        for (int i = 0; i < count; i++) {
            paths[i] = readTexts(from);
        }
        return List.of(paths);
    }

    /** Stored codes are given here and not by the order of the enum, which may change. */
    private static int code(Availability availability) {
        return switch (availability) {
            case IN_STOCK -> 1;
            case OUT_OF_STOCK -> 2;
            case PREORDER -> 3;
            case BACKORDER -> 4;
        };
    }

    private static Availability availability(int code) {
        return switch (code) {
            case 1 -> Availability.IN_STOCK;
            case 2 -> Availability.OUT_OF_STOCK;
            case 3 -> Availability.PREORDER;
            case 4 -> Availability.BACKORDER;
            default ->
                    throw new VitrineException(
                            DataError.STORE_FAILED, "a stored availability has code " + code);
        };
    }
}
