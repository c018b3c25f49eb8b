package dev.vitrine.training.relevance;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which words of a term stand in a title, where, and which do not. */
final class MatchColumns {
    private static final float COMPOUND = .95f;
    private static final float ALIKE = .55f;

    private final Texts texts;
    private final Columns columns;

    MatchColumns(Texts texts, Columns columns) {
        this.texts = texts;
        this.columns = columns;
    }

    void add() {
        words();
        places();
        numbers();
    }

    /** For each word of a term how well the title has it, and where (-1 for nowhere). */
    record Match(float[] alike, int[] place) {}

    static Match match(Texts texts, int term, int title) {
        Wording q = texts.terms().get(term);
        Wording t = texts.titles().get(title);
        int[] qs = texts.termStems(term);
        int[] ts = texts.titleStems(title);
        float[] alike = new float[qs.length];
        int[] place = new int[qs.length];
        java.util.Arrays.fill(place, -1);
        for (int i = 0; i < qs.length; i++) {
            boolean number = Wording.isNumber(q.words().get(i));
            for (int j = 0; j < ts.length; j++) {
                boolean exact = qs[i] == ts[j];
                float now =
                        exact
                                ? 1
                                : number || Wording.isNumber(t.words().get(j))
                                        ? 0
                                        : texts.alike(qs[i], ts[j]);
                // The last of equals within the head names the thing.
                if (now > alike[i] || now == alike[i] && now == 1 && j < t.head()) {
                    alike[i] = now;
                    place[i] = j;
                }
            }
        }
        compounds(q, t, alike, place);
        for (int i = 0; i < qs.length; i++) {
            if (alike[i] < ALIKE) {
                place[i] = -1;
            }
        }
        return new Match(alike, place);
    }

    /** Words written as one on one side and as two on the other. */
    private static void compounds(Wording q, Wording t, float[] alike, int[] place) {
        for (int i = 0; i < alike.length; i++) {
            if (alike[i] >= COMPOUND) {
                continue;
            }
            String word = q.words().get(i);
            for (int j = 0; j + 1 < t.size(); j++) {
                String left = t.words().get(j);
                if (word.startsWith(left)
                        && word.length() == left.length() + t.words().get(j + 1).length()
                        && word.endsWith(t.words().get(j + 1))) {
                    alike[i] = COMPOUND;
                    place[i] = j;
                }
            }
            if (i + 1 < alike.length && !Wording.isNumber(word)) {
                int j = t.words().indexOf(word + q.words().get(i + 1));
                if (j >= 0) {
                    alike[i] = Math.max(alike[i], COMPOUND);
                    alike[i + 1] = Math.max(alike[i + 1], COMPOUND);
                    place[i] = j;
                    place[i + 1] = j;
                }
            }
        }
    }

    private void words() {
        float[] termWords = columns.add("match.termWords");
        float[] titleWords = columns.add("match.titleWords");
        float[] found = columns.add("match.found");
        float[] share = columns.add("match.share");
        float[] weight = columns.add("match.weightShare");
        float[] titleShare = columns.add("match.titleShare");
        float[] headShare = columns.add("match.headShare");
        float[] missing = columns.add("match.missing");
        float[] rarestMissing = columns.add("match.rarestMissing");
        float[] rarestFound = columns.add("match.rarestFound");
        float[] alike = columns.add("match.alike");
        float[] alikeWeight = columns.add("match.alikeWeight");
        float[] leastAlike = columns.add("match.leastAlike");
        float[] typedShare = columns.add("match.typedShare");
        float[] corrected = columns.add("match.corrected");
        float[] rarity = columns.add("match.meanRarity");
        float[] mostRare = columns.add("match.mostRare");
        float[] commonest = columns.add("match.leastRare");
        float[] letters = columns.add("match.termLetters");
        float[] titleLetters = columns.add("match.titleLetters");
        Listing listing = texts.listing();
        for (int row = 0; row < listing.size(); row++) {
            int term = listing.term()[row];
            int title = listing.product()[row];
            Match match = match(texts, term, title);
            int[] qs = texts.termStems(term);
            Wording t = texts.titles().get(title);
            double weightFound = 0;
            double weightAll = 0;
            double weightAlike = 0;
            double sumAlike = 0;
            commonest[row] = qs.length == 0 ? 0 : Float.MAX_VALUE;
            leastAlike[row] = 1;
            Set<Integer> places = new HashSet<>();
            for (int i = 0; i < qs.length; i++) {
                float idf = texts.idf(qs[i]);
                weightAll += idf;
                sumAlike += match.alike[i];
                weightAlike += idf * match.alike[i];
                leastAlike[row] = Math.min(leastAlike[row], match.alike[i]);
                mostRare[row] = Math.max(mostRare[row], idf);
                commonest[row] = Math.min(commonest[row], idf);
                if (match.alike[i] >= COMPOUND) {
                    found[row]++;
                    weightFound += idf;
                    places.add(match.place[i]);
                    rarestFound[row] = Math.max(rarestFound[row], idf);
                } else {
                    missing[row]++;
                    rarestMissing[row] = Math.max(rarestMissing[row], idf);
                }
            }
            int n = Math.max(1, qs.length);
            termWords[row] = qs.length;
            titleWords[row] = t.size();
            share[row] = found[row] / n;
            weight[row] = (float) (weightFound / Math.max(1e-6, weightAll));
            titleShare[row] = places.size() / (float) Math.max(1, t.size());
            headShare[row] =
                    places.stream().filter(place -> place < t.head()).count()
                            / (float) Math.max(1, t.head());
            alike[row] = (float) (sumAlike / n);
            alikeWeight[row] = (float) (weightAlike / Math.max(1e-6, weightAll));
            rarity[row] = (float) (weightAll / n);
            List<String> typed = texts.asTyped().get(term).stems();
            typedShare[row] =
                    typed.stream().filter(t.stems()::contains).count()
                            / (float) Math.max(1, typed.size());
            corrected[row] =
                    typed.stream()
                            .filter(stem -> !texts.terms().get(term).stems().contains(stem))
                            .count();
            letters[row] = listing.terms().get(term).length();
            titleLetters[row] = listing.titles().get(title).length();
        }
    }

    private void places() {
        float[] firstAlike = columns.add("place.firstAlike");
        float[] lastAlike = columns.add("place.lastAlike");
        float[] headAlike = columns.add("place.headAlike");
        float[] headsAlike = columns.add("place.headsAlike");
        float[] headRarity = columns.add("place.headRarity");
        float[] titleHeadAsked = columns.add("place.titleHeadAsked");
        float[] headInHead = columns.add("place.headInHead");
        float[] headFromEnd = columns.add("place.headFromEnd");
        float[] meanPlace = columns.add("place.mean");
        float[] earliest = columns.add("place.earliest");
        float[] latest = columns.add("place.latest");
        float[] latestFromHead = columns.add("place.latestFromHead");
        float[] pairs = columns.add("place.neighbours");
        float[] longest = columns.add("place.longestRun");
        float[] span = columns.add("place.span");
        float[] behind = columns.add("place.foundBehindHead");
        Listing listing = texts.listing();
        for (int row = 0; row < listing.size(); row++) {
            int term = listing.term()[row];
            int title = listing.product()[row];
            Match match = match(texts, term, title);
            Wording q = texts.terms().get(term);
            Wording t = texts.titles().get(title);
            int n = match.alike.length;
            int qHead = q.headWord();
            int tHead = t.headWord();
            firstAlike[row] = n == 0 ? Float.NaN : match.alike[0];
            lastAlike[row] = n == 0 ? Float.NaN : match.alike[n - 1];
            headAlike[row] = qHead < 0 ? Float.NaN : match.alike[qHead];
            headRarity[row] = qHead < 0 ? Float.NaN : texts.idf(texts.termStems(term)[qHead]);
            headInHead[row] =
                    qHead < 0
                            ? Float.NaN
                            : match.place[qHead] < 0 ? -1 : match.place[qHead] < t.head() ? 1 : 0;
            headFromEnd[row] =
                    qHead < 0 || match.place[qHead] < 0 ? Float.NaN : tHead - match.place[qHead];
            headsAlike[row] = Float.NaN;
            titleHeadAsked[row] = Float.NaN;
            if (tHead >= 0) {
                int stem = texts.titleStems(title)[tHead];
                headsAlike[row] =
                        qHead < 0 ? Float.NaN : texts.alike(texts.termStems(term)[qHead], stem);
                titleHeadAsked[row] = 0;
                for (int asked : texts.termStems(term)) {
                    titleHeadAsked[row] = Math.max(titleHeadAsked[row], texts.alike(asked, stem));
                }
            }
            runs(match, row, pairs, longest);
            int count = 0;
            int sum = 0;
            int low = Integer.MAX_VALUE;
            int high = -1;
            for (int place : match.place) {
                if (place >= 0) {
                    count++;
                    sum += place;
                    low = Math.min(low, place);
                    high = Math.max(high, place);
                    behind[row] += place >= t.head() ? 1 : 0;
                }
            }
            float size = Math.max(1, t.size());
            meanPlace[row] = count == 0 ? Float.NaN : sum / (float) count / size;
            earliest[row] = count == 0 ? Float.NaN : low;
            latest[row] = count == 0 ? Float.NaN : high / size;
            latestFromHead[row] = count == 0 ? Float.NaN : tHead - high;
            span[row] = count == 0 ? Float.NaN : (high - low + 1) / (float) count;
        }
    }

    private static void runs(Match match, int row, float[] pairs, float[] longest) {
        int run = 0;
        int together = 0;
        for (int i = 0; i < match.place.length; i++) {
            if (match.place[i] < 0) {
                run = 0;
                continue;
            }
            boolean next = i > 0 && run > 0 && match.place[i] == match.place[i - 1] + 1;
            together += next ? 1 : 0;
            run = next ? run + 1 : 1;
            longest[row] = Math.max(longest[row], run);
        }
        pairs[row] = together / (float) Math.max(1, match.place.length - 1);
    }

    private void numbers() {
        float[] asked = columns.add("number.asked");
        float[] missing = columns.add("number.missing");
        float[] inTitle = columns.add("number.inTitle");
        float[] agree = columns.add("number.measuresAgree");
        float[] differ = columns.add("number.measuresDiffer");
        Listing listing = texts.listing();
        for (int row = 0; row < listing.size(); row++) {
            Wording q = texts.terms().get(listing.term()[row]);
            Wording t = texts.titles().get(listing.product()[row]);
            for (int i = 0; i < q.size(); i++) {
                String word = q.words().get(i);
                if (Wording.isNumber(word)) {
                    asked[row]++;
                    missing[row] += t.words().contains(word) ? 0 : 1;
                } else if (i > 0
                        && WordCutter.isUnit(word)
                        && Wording.isNumber(q.words().get(i - 1))) {
                    int same = measured(t, word, q.words().get(i - 1));
                    agree[row] += same > 0 ? 1 : 0;
                    differ[row] += same < 0 ? 1 : 0;
                }
            }
            inTitle[row] = t.words().stream().filter(Wording::isNumber).count();
        }
    }

    /** 1 when a title has this measure, -1 when it has others of the unit only, 0 for none. */
    static int measured(Wording title, String unit, String number) {
        int found = 0;
        for (int i = 1; i < title.size(); i++) {
            if (title.words().get(i).equals(unit) && Wording.isNumber(title.words().get(i - 1))) {
                if (title.words().get(i - 1).equals(number)) {
                    return 1;
                }
                found = -1;
            }
        }
        return found;
    }
}
