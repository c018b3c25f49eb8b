package dev.vitrine.retrieval.lexical;

import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.catalog.Product;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.DoubleField;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.SortedSetDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.util.BytesRef;

/** Turns products into documents of the index. Reuses its parts; not thread-safe. */
final class ProductDocument {
    private static final FieldType WEIGHTED = weighted();

    /** Attributes by these names, whatever the case, hold codes that are searched exactly. */
    private static final Set<String> CODE_ATTRIBUTES =
            Set.of("ean", "gtin", "upc", "isbn", "mpn", "sku", "oem_code");

    /** Attributes by these names say what a product is, as categories do. */
    private static final Set<String> TYPE_ATTRIBUTES =
            Set.of("product_type", "producttype", "product type");

    private static final int SORT_LENGTH = 64;
    private static final int SHOWN_TITLE = 256;
    private static final int MAX_VALUE = 256;

    private final TextAnalysis analysis = new TextAnalysis();
    private final WeightedTerms terms = new WeightedTerms();
    private final Set<String> once = new HashSet<>();
    private List<Word> lastTitle = List.of();

    private static FieldType weighted() {
        FieldType type = new FieldType();
        type.setTokenized(true);
        type.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
        type.freeze();
        return type;
    }

    /** The document of a product; valid until the next call. */
    Document of(int number, Product product) {
        Document document = new Document();
        document.add(new StringField(IndexFields.KEY, IndexFields.key(number), Field.Store.NO));
        document.add(new NumericDocValuesField(IndexFields.NUMBER, number));
        List<Word> title = analysis.words(product.title());
        lastTitle = title;
        List<Word> brand = analysis.words(product.brand());
        text(document, product, title, brand);
        words(document, product, title, brand);
        title(document, product, title, brand);
        filters(document, product);
        facets(document, product);
        codes(document, product);
        return document;
    }

    /** The words of the title of the product given last. */
    List<Word> titleWords() {
        return lastTitle;
    }

    private void text(Document document, Product product, List<Word> title, List<Word> brand) {
        terms.startProduct();
        terms.add(title, IndexFields.TITLE_WEIGHT);
        terms.add(brand, IndexFields.BRAND_WEIGHT);
        for (List<String> path : product.categories()) {
            for (String level : path) {
                terms.add(analysis.words(level), IndexFields.CATEGORY_WEIGHT);
            }
        }
        for (String tag : product.tags()) {
            terms.add(analysis.words(tag), IndexFields.TAG_WEIGHT);
        }
        for (Map.Entry<String, AttributeValue> attribute : product.attributes().entrySet()) {
            switch (attribute.getValue()) {
                case AttributeValue.Text text -> {
                    int weight =
                            TYPE_ATTRIBUTES.contains(attribute.getKey().toLowerCase(Locale.ROOT))
                                    ? IndexFields.CATEGORY_WEIGHT
                                    : IndexFields.ATTRIBUTE_WEIGHT;
                    for (String value : text.values()) {
                        terms.add(analysis.words(value), weight);
                    }
                }
                // "Bluetooth: yes" is found by its name; "Bluetooth: no" is not.
                case AttributeValue.Flag flag -> {
                    if (flag.value()) {
                        terms.add(
                                analysis.words(attribute.getKey().replace('_', ' ')),
                                IndexFields.ATTRIBUTE_WEIGHT);
                    }
                }
                case AttributeValue.Numeric numeric -> {}
            }
        }
        terms.add(analysis.words(product.description()), IndexFields.DESCRIPTION_WEIGHT);
        document.add(new Field(IndexFields.TEXT, terms, WEIGHTED));
    }

    private void words(Document document, Product product, List<Word> title, List<Word> brand) {
        once.clear();
        spelling(document, title);
        spelling(document, brand);
        for (List<String> path : product.categories()) {
            for (String level : path) {
                spelling(document, analysis.words(level));
            }
        }
    }

    private void spelling(Document document, List<Word> words) {
        for (Word word : words) {
            for (Word.Atom atom : word.atoms()) {
                if (atom.kind() != Word.Kind.DIGITS && once.add(atom.surface())) {
                    document.add(
                            new StringField(IndexFields.WORDS, atom.surface(), Field.Store.NO));
                }
            }
        }
    }

    private void title(Document document, Product product, List<Word> title, List<Word> brand) {
        if (product.title().isEmpty()) {
            return;
        }
        String shown = cut(product.title().strip(), SHOWN_TITLE);
        document.add(new StoredField(IndexFields.TITLE, shown));
        String sort = cut(FilterField.fold(shown), SORT_LENGTH);
        document.add(new SortedDocValuesField(IndexFields.TITLE_SORT, new BytesRef(sort)));
        ByteBuffer encoded = TitleTerms.encode(title, brand);
        document.add(
                new BinaryDocValuesField(
                        IndexFields.TITLE_TERMS,
                        new BytesRef(encoded.array(), 0, encoded.position())));
    }

    private void filters(Document document, Product product) {
        once.clear();
        for (String name : FilterField.TEXTS) {
            new FilterField(name).texts(product, value -> filter(document, name, value));
        }
        for (Map.Entry<String, AttributeValue> attribute : product.attributes().entrySet()) {
            if (attribute.getKey().length() > FilterField.MAX_KEY) {
                continue;
            }
            String name = FilterField.ATTRIBUTES + attribute.getKey();
            FilterField field = new FilterField(name);
            field.texts(product, value -> filter(document, name, value));
            field.numbers(
                    product,
                    value ->
                            document.add(
                                    new StringField(
                                            IndexFields.FILTER_NUMBERS,
                                            IndexFields.numberTerm(name, value),
                                            Field.Store.NO)));
        }
        for (String name : FilterField.NUMBERS) {
            new FilterField(name)
                    .numbers(
                            product,
                            value ->
                                    document.add(
                                            new DoubleField(name, value + 0.0, Field.Store.NO)));
        }
    }

    private void filter(Document document, String name, String value) {
        BytesRef term = IndexFields.filterTerm(name, value);
        if (once.add(term.utf8ToString())) {
            document.add(new StringField(IndexFields.FILTER, term, Field.Store.NO));
        }
    }

    private static void facets(Document document, Product product) {
        document.add(
                new NumericDocValuesField(
                        IndexFields.AVAILABILITY, product.availability().ordinal()));
        if (!product.brand().isBlank()) {
            document.add(
                    new SortedDocValuesField(
                            IndexFields.BRAND,
                            new BytesRef(cut(product.brand().strip(), MAX_VALUE))));
        }
        FilterField categories = new FilterField("categories");
        categories.texts(
                product,
                value ->
                        document.add(
                                new SortedSetDocValuesField(
                                        IndexFields.CATEGORIES,
                                        new BytesRef(cut(value, 2 * MAX_VALUE)))));
        for (Map.Entry<String, AttributeValue> attribute : product.attributes().entrySet()) {
            for (String value : FilterField.valueTexts(attribute.getValue())) {
                if (value.length() <= MAX_VALUE && attribute.getKey().length() <= MAX_VALUE) {
                    document.add(
                            new SortedSetDocValuesField(
                                    IndexFields.ATTRIBUTE_VALUES,
                                    new BytesRef(
                                            attribute.getKey()
                                                    + IndexFields.SEPARATOR
                                                    + value.strip())));
                }
            }
        }
    }

    private void codes(Document document, Product product) {
        once.clear();
        code(document, product.id());
        for (Map.Entry<String, AttributeValue> attribute : product.attributes().entrySet()) {
            if (CODE_ATTRIBUTES.contains(attribute.getKey().toLowerCase(Locale.ROOT))) {
                FilterField.valueTexts(attribute.getValue()).forEach(each -> code(document, each));
            }
        }
    }

    private void code(Document document, String text) {
        String code = TermForms.code(text);
        if (!code.isEmpty() && once.add(code)) {
            document.add(new StringField(IndexFields.CODES, code, Field.Store.NO));
        }
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }
}
