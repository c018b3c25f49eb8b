package dev.vitrine.benchmarks.story;

import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.Home;
import dev.vitrine.server.ServerSettings;
import dev.vitrine.server.Vitrine;
import dev.vitrine.server.shop.ShopSettings;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A server in a process of its own whose releases can be made to do harm. Takes a home directory, a
 * port, and the numbers of a {@link StoryShop}: seed, products, shoppers, events and epoch
 * milliseconds of its end. Fills the home, trains a release, registers the same again, prints
 * {@code ready}, and then reads lines: {@code spoil RELEASE SABOTAGE SEED} answers {@code ok},
 * {@code asked} the number of requests that the spoilt release has got since.
 */
public final class StoryServer {
    private StoryServer() {}

    public static void main(String[] args) throws Exception {
        StoryShop shop =
                new StoryShop(
                        Long.parseLong(args[2]),
                        Integer.parseInt(args[3]),
                        Integer.parseInt(args[4]),
                        Long.parseLong(args[5]),
                        Instant.ofEpochMilli(Long.parseLong(args[6])));
        HarmfulReleases harmful = new HarmfulReleases(shop.products());
        try (Home home = Home.open(Path.of(args[0]));
                Vitrine vitrine =
                        Vitrine.start(
                                home,
                                ShopSettings.defaults(),
                                ServerSettings.defaults().at(Integer.parseInt(args[1])),
                                InstantSource.system(),
                                Progress.NONE,
                                harmful);
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            shop.fill(vitrine.shop());
            vitrine.training().runNow();
            SameAgain.of(home, vitrine.live().id().orElseThrow());
            System.out.println("ready");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                System.out.println(answer(harmful, line.split(" ", -1)));
            }
        }
    }

    private static String answer(HarmfulReleases harmful, String[] words) {
        if (words[0].equals("spoil")) {
            harmful.spoil(words[1], Sabotage.valueOf(words[2]), Long.parseLong(words[3]));
            return "ok";
        }
        return Long.toString(harmful.asked());
    }
}
