package dev.vitrine.retrieval.lexical;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.Similarity;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.NumericUtils;

/**
 * The fields of a document and the form of their values. The text of all fields of a product is in
 * one inverted field, {@link #TEXT}, where the frequency of a term is the sum of the weights of the
 * places it was found in: BM25F with one list of postings for a term instead of one for each field.
 */
final class IndexFields {
    /** Raised whenever a base of an earlier version cannot be served any more. */
    static final String FORMAT = "1";

    static final String TEXT = "text";

    /** Words of titles, brands and categories as written, for spelling and completion. */
    static final String WORDS = "words";

    /** Ids, article numbers and other codes without signs. */
    static final String CODES = "codes";

    /** Item number as key of the document. */
    static final String KEY = "key";

    static final String NUMBER = "number";
    static final String TITLE = "title";
    static final String TITLE_SORT = "titleSort";
    static final String TITLE_TERMS = "titleTerms";
    static final String BRAND = "brand";
    static final String CATEGORIES = "categories";
    static final String AVAILABILITY = "availability";
    static final String ATTRIBUTE_VALUES = "attributeValues";

    /** Texts that filters ask for: name, unit separator, folded value. */
    static final String FILTER = "filter";

    /** Numbers of free attributes: name, zero, eight sortable bytes. */
    static final String FILTER_NUMBERS = "filterNumbers";

    static final char SEPARATOR = '\u001f';

    /** Weights of the places a term can be found in; a whole number each. */
    static final int TITLE_WEIGHT = 8;

    static final int BRAND_WEIGHT = 8;
    static final int CATEGORY_WEIGHT = 6;
    static final int TAG_WEIGHT = 4;
    static final int ATTRIBUTE_WEIGHT = 1;
    static final int DESCRIPTION_WEIGHT = 2;

    private static final float K1 = 3f;
    private static final float B = 0.5f;

    private IndexFields() {}

    static Similarity similarity() {
        return new BM25Similarity(K1, B);
    }

    static BytesRef key(int number) {
        return new BytesRef(ByteBuffer.allocate(4).putInt(number).array());
    }

    static BytesRef filterTerm(String name, String value) {
        return new BytesRef(name + SEPARATOR + FilterField.fold(value));
    }

    static BytesRef numberTerm(String name, double value) {
        byte[] head = name.getBytes(StandardCharsets.UTF_8);
        byte[] term = new byte[head.length + 9];
        System.arraycopy(head, 0, term, 0, head.length);
        NumericUtils.longToSortableBytes(
                NumericUtils.doubleToSortableLong(value + 0.0), term, head.length + 1);
        return new BytesRef(term);
    }
}
