package dev.vitrine.data.simulation;

/** Invented names of brands and of product series. */
final class BrandNames {
    private static final String[] STARTS = {
        "Nor", "Vel", "Kas", "Bri", "Tam", "Lun", "Mer", "Os", "Fel", "Gar", "Hal", "Jun", "Rov",
        "Sil", "Tor", "Ul", "Wes", "Yar", "Quin", "Dal", "Em", "Pol", "Ist", "Cor"
    };
    private static final String[] MIDDLES = {
        "va", "do", "ri", "le", "mo", "ti", "ka", "su", "be", "na", "ve", "go", "lu", "mi"
    };
    private static final String[] ENDS = {
        "ka", "na", "ro", "lle", "x", "nd", "tt", "ss", "n", "ra", "by", "dal", "wick", "sen", "o"
    };
    private static final String[] SERIES = {
        "Harbor", "Meadow", "Cinder", "Willow", "Summit", "Ember", "Lagoon", "Orchard", "Quarry",
        "Breeze", "Canyon", "Dune", "Fjord", "Glade", "Haven", "Juniper", "Kestrel", "Lark",
        "Marble", "Nimbus", "Otter", "Pebble", "Raven", "Sable", "Thistle", "Umber", "Vista",
        "Wren", "Yarrow", "Zephyr"
    };
    private static final String FIRST = "云山海林木青禾星月白南北森泉岚石松竹禧朗";
    private static final String SECOND = "里舍物居原野品坊岸屿川谷作集园禾舟间和乐";
    private static final String SERIES_START = "晨暮春秋雪雨风露霞岩";
    private static final String SERIES_END = "光语影歌岸林曲痕色野";

    private BrandNames() {}

    static String english(long seed, int brand) {
        String name =
                STARTS[Chance.below(STARTS.length, seed, brand, 1)]
                        + MIDDLES[Chance.below(MIDDLES.length, seed, brand, 2)]
                        + ENDS[Chance.below(ENDS.length, seed, brand, 3)];
        // Thousands of brands need more than the 5,000 short names.
        return brand % 100_000 < 60
                ? name
                : name
                        + " "
                        + STARTS[Chance.below(STARTS.length, seed, brand, 4)].toLowerCase(
                                java.util.Locale.ROOT);
    }

    static String chinese(long seed, int brand) {
        String name = "" + pick(FIRST, seed, brand, 1) + pick(SECOND, seed, brand, 2);
        return brand % 100_000 < 60 ? name : name + pick(FIRST, seed, brand, 3);
    }

    static String englishSeries(long seed, int item) {
        return SERIES[Chance.below(SERIES.length, seed, item, 51)];
    }

    static String chineseSeries(long seed, int item) {
        return "" + pick(SERIES_START, seed, item, 51) + pick(SERIES_END, seed, item, 52) + "系列";
    }

    private static char pick(String letters, long seed, long subject, int aspect) {
        return letters.charAt(Chance.below(letters.length(), seed, subject, aspect));
    }
}
