package dev.vitrine.server.rollout;

import dev.vitrine.server.Home;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which node this process is.
 *
 * @param name among those that share a registry
 * @param place where its state lies, machine and directory: what tells two apart that were given
 *     the same name
 * @param site where it is, as the stages of a rollout name it; empty for none
 */
public record NodeIdentity(String name, String place, String site) {
    private static final Pattern FOREIGN = Pattern.compile("[^A-Za-z0-9._-]|^[^A-Za-z0-9]+");
    private static final int LONGEST = 100;

    /** The only node of a home. */
    public static NodeIdentity only() {
        return new NodeIdentity("local", "", "");
    }

    /** The same at a site. */
    public NodeIdentity at(String newSite) {
        return new NodeIdentity(name, place, newSite);
    }

    /**
     * One of several.
     *
     * @param name that it was given; empty for the machine's
     */
    public static NodeIdentity of(Home home, Optional<String> name) {
        String machine = machine();
        return new NodeIdentity(name.orElse(machine), machine + ":" + home.root(), "");
    }

    private static String machine() {
        try {
            String known = FOREIGN.matcher(InetAddress.getLocalHost().getHostName()).replaceAll("");
            String plain = known.isEmpty() ? "node" : known;
            return plain.substring(0, Math.min(LONGEST, plain.length()));
        } catch (UnknownHostException e) {
            return "node";
        }
    }
}
