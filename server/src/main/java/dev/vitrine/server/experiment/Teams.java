package dev.vitrine.server.experiment;

import dev.vitrine.deployment.VisitorHash;
import dev.vitrine.deployment.experiment.TeamDraft;
import dev.vitrine.deployment.experiment.TeamDraft.Team;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;

/**
 * Which of two rankings brought which product of an interleaved list, as the list's attribution
 * token carries it: two bytes for each of the first {@value #MOST} products, 14 bits of a hash of
 * its id and 2 for the team. So a click is credited without anything being kept, on any node. A
 * click on a product beyond these, or one whose bits two teams have, is credited to nobody.
 */
public final class Teams {
    /** A token's text has 255 bytes; base64 makes 214 characters of these. */
    static final int MOST = 80;

    private static final String FORM = "team-draft:";
    private static final int HASH_BITS = 14;

    private Teams() {}

    /** The policy of a token. */
    public static String policy(List<TeamDraft.Pick<String>> shown) {
        int count = Math.min(MOST, shown.size());
        ByteBuffer bytes = ByteBuffer.allocate(count * 2);
        for (TeamDraft.Pick<String> pick : shown.subList(0, count)) {
            bytes.putShort((short) (hash(pick.item()) | pick.team().ordinal() << HASH_BITS));
        }
        return FORM + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /** Whom a click on a product speaks for: 1 for the second ranking, -1 for the first, or 0. */
    static int credit(String policy, String product) {
        if (!policy.startsWith(FORM)) {
            return 0;
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(policy.substring(FORM.length()));
        } catch (IllegalArgumentException e) {
            return 0;
        }
        int asked = hash(product);
        int found = -1;
        ByteBuffer entries = ByteBuffer.wrap(bytes);
        while (entries.remaining() >= 2) {
            int entry = entries.getShort() & 0xFFFF;
            int team = entry >>> HASH_BITS;
            if ((entry & (1 << HASH_BITS) - 1) == asked) {
                if (found >= 0 && found != team) {
                    return 0;
                }
                found = team;
            }
        }
        if (found == Team.FIRST.ordinal()) {
            return -1;
        }
        return found == Team.SECOND.ordinal() ? 1 : 0;
    }

    private static int hash(String product) {
        return (int) VisitorHash.number(product) & (1 << HASH_BITS) - 1;
    }
}
