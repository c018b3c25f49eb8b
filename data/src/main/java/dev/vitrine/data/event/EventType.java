package dev.vitrine.data.event;

/** The kinds of event of the public API. */
public enum EventType {
    SEARCH("search"),
    COMPLETION("completion"),
    HOME_PAGE_VIEW("home-page-view"),
    CATEGORY_PAGE_VIEW("category-page-view"),
    DETAIL_PAGE_VIEW("detail-page-view"),
    IMPRESSION("impression"),
    CLICK("click"),
    ADD_TO_CART("add-to-cart"),
    REMOVE_FROM_CART("remove-from-cart"),
    SHOPPING_CART_PAGE_VIEW("shopping-cart-page-view"),
    PURCHASE_COMPLETE("purchase-complete"),
    REFUND("refund"),
    RATING("rating"),
    AD_IMPRESSION("ad-impression"),
    AD_CLICK("ad-click"),
    STOCK_CHANGE("stock-change");

    private final String wire;

    EventType(String wire) {
        this.wire = wire;
    }

    /** The name in JSON. */
    public String wire() {
        return wire;
    }
}
