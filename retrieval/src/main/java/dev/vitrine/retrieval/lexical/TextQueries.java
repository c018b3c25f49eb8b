package dev.vitrine.retrieval.lexical;

import dev.vitrine.retrieval.lexical.QueryPlan.Alternative;
import dev.vitrine.retrieval.lexical.QueryPlan.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.DisjunctionMaxQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.SynonymQuery;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;

/** Says a plan in the terms of the index. */
final class TextQueries {
    /** More than any text can score, so that an exact id or article number comes first. */
    private static final float CODE_SCORE = 1_000f;

    private TextQueries() {}

    /** Every product, with the same score. */
    static Query everything(Optional<FilterExpression> filter) {
        return filtered(new MatchAllDocsQuery(), filter);
    }

    /** Some items, with the same score. */
    static Query items(List<Integer> items) {
        return new TermInSetQuery(IndexFields.KEY, items.stream().map(IndexFields::key).toList());
    }

    /** Products that have at least {@code required} of the groups, or the code. */
    static Query of(QueryPlan plan, int required, boolean code, Optional<FilterExpression> filter) {
        Query text = named(plan.named(), text(plan.groups(), required));
        if (code) {
            Query exact =
                    new BoostQuery(
                            new ConstantScoreQuery(
                                    new TermQuery(new Term(IndexFields.CODES, plan.code()))),
                            CODE_SCORE);
            text =
                    new BooleanQuery.Builder()
                            .add(exact, Occur.SHOULD)
                            .add(text, Occur.SHOULD)
                            .build();
        }
        return filtered(text, filter);
    }

    private static Query named(List<String> words, Query text) {
        if (words.isEmpty()) {
            return text;
        }
        BooleanQuery.Builder all = new BooleanQuery.Builder().add(text, Occur.MUST);
        for (String word : words) {
            all.add(new TermQuery(new Term(IndexFields.WORDS, word)), Occur.FILTER);
        }
        return all.build();
    }

    private static Query filtered(Query query, Optional<FilterExpression> filter) {
        if (filter.isEmpty()) {
            return query;
        }
        return new BooleanQuery.Builder()
                .add(query, Occur.MUST)
                .add(FilterQueries.of(filter.get()), Occur.FILTER)
                .build();
    }

    private static Query text(List<Group> groups, int required) {
        if (groups.isEmpty()) {
            return new MatchNoDocsQuery();
        }
        if (groups.size() == 1) {
            return group(groups.getFirst());
        }
        BooleanQuery.Builder all = new BooleanQuery.Builder();
        boolean every = required >= groups.size();
        for (Group group : groups) {
            all.add(group(group), every ? Occur.MUST : Occur.SHOULD);
        }
        if (!every) {
            all.setMinimumNumberShouldMatch(required);
        }
        return all.build();
    }

    private static Query group(Group group) {
        List<Query> ways = new ArrayList<>();
        // Single terms that stand for one another are scored as one, with one frequency.
        SynonymQuery.Builder one = new SynonymQuery.Builder(IndexFields.TEXT);
        int singles = 0;
        for (Alternative alternative : group.alternatives()) {
            if (alternative.terms().size() == 1) {
                String term = alternative.terms().getFirst();
                one.addTerm(new Term(IndexFields.TEXT, term), alternative.weight());
                singles++;
            }
        }
        if (singles > 1) {
            ways.add(one.build());
        }
        for (Alternative alternative : group.alternatives()) {
            if (singles < 2 || alternative.terms().size() > 1) {
                ways.add(alternative(alternative));
            }
        }
        return ways.size() == 1 ? ways.getFirst() : new DisjunctionMaxQuery(ways, 0.1f);
    }

    private static Query alternative(Alternative alternative) {
        Query query;
        if (alternative.terms().size() == 1) {
            query = term(alternative.terms().getFirst());
        } else {
            BooleanQuery.Builder all = new BooleanQuery.Builder();
            for (String term : alternative.terms()) {
                all.add(term(term), Occur.MUST);
            }
            query = all.build();
        }
        // Two terms for one word of the query must not count twice.
        float weight = alternative.weight() / alternative.terms().size();
        return weight == 1f ? query : new BoostQuery(query, weight);
    }

    private static Query term(String term) {
        return new TermQuery(new Term(IndexFields.TEXT, term));
    }
}
