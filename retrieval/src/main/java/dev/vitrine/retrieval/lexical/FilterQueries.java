package dev.vitrine.retrieval.lexical;

import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.document.DoubleField;
import org.apache.lucene.document.DoublePoint;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TermRangeQuery;
import org.apache.lucene.util.BytesRef;

/** Says a filter in the terms of the index; finds the same products as the filter itself. */
final class FilterQueries {
    private FilterQueries() {}

    static Query of(FilterExpression filter) {
        return switch (filter) {
            case FilterExpression.And and -> all(and.parts());
            case FilterExpression.Or or -> any(or.parts());
            case FilterExpression.Not not ->
                    new BooleanQuery.Builder()
                            .add(new MatchAllDocsQuery(), Occur.FILTER)
                            .add(of(not.part()), Occur.MUST_NOT)
                            .build();
            case FilterExpression.Any any -> texts(any);
            case FilterExpression.Range range -> numbers(range);
        };
    }

    private static Query all(List<FilterExpression> parts) {
        if (parts.isEmpty()) {
            return new MatchAllDocsQuery();
        }
        BooleanQuery.Builder all = new BooleanQuery.Builder();
        for (FilterExpression part : parts) {
            if (part instanceof FilterExpression.Not not) {
                all.add(of(not.part()), Occur.MUST_NOT);
                all.add(new MatchAllDocsQuery(), Occur.FILTER);
            } else {
                all.add(of(part), Occur.FILTER);
            }
        }
        return all.build();
    }

    private static Query any(List<FilterExpression> parts) {
        if (parts.isEmpty()) {
            return new MatchNoDocsQuery();
        }
        BooleanQuery.Builder any = new BooleanQuery.Builder();
        for (FilterExpression part : parts) {
            any.add(of(part), Occur.SHOULD);
        }
        return new ConstantScoreQuery(any.build());
    }

    private static Query texts(FilterExpression.Any any) {
        List<BytesRef> terms = new ArrayList<>();
        for (String value : any.values()) {
            terms.add(IndexFields.filterTerm(any.field().name(), value));
        }
        return terms.size() == 1
                ? new ConstantScoreQuery(
                        new TermQuery(new Term(IndexFields.FILTER, terms.getFirst())))
                : new TermInSetQuery(IndexFields.FILTER, terms);
    }

    private static Query numbers(FilterExpression.Range range) {
        String name = range.field().name();
        if (range.field().isAttribute()) {
            return new TermRangeQuery(
                    IndexFields.FILTER_NUMBERS,
                    IndexFields.numberTerm(name, range.low()),
                    IndexFields.numberTerm(name, range.high()),
                    range.lowInclusive(),
                    range.highInclusive());
        }
        double low = range.lowInclusive() ? range.low() : DoublePoint.nextUp(range.low());
        double high = range.highInclusive() ? range.high() : DoublePoint.nextDown(range.high());
        return low > high ? new MatchNoDocsQuery() : DoubleField.newRangeQuery(name, low, high);
    }
}
