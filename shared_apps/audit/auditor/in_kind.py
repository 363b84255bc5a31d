"""What must hold of goods, cards and certificates: queries that return no row.

Nothing here is shared with the services: the places of goods, the ways between them, and how shares are split are
said a second time. Source: domain §3.7, §3.17, I-O22, docs/architecture/goods.md and benefits.md.
"""

from __future__ import annotations

from shared_apps.audit.auditor.money import POST, RESTORE, STOP

COUNT = "count"

# A name alone does not tell two lots, or two entries, apart.
IN_KIND_PARTS = {
    "@LOT": "l.name || ' …' || right(l.id::text, 6)",
    # Where the record is shown, below the address of its station.
    "@PAGE_LOT": "'goods/lots/' || l.id || '/'",
    "@PAGE_CARD": "'benefits/cards/' || c.id || '/'",
    "@PAGE_ENTRY": "coalesce('benefits/cards/' || e.card_id || '/', '')",
    "@PAGE_MONTHS": "'benefits/settlements/'",
    "@GIVEN": "m.kind IN ('issue', 'reserve')",
    # How every movement changed the places of its lot.
    "@MOVED": """(SELECT lot_id, target AS place, quantity_milli AS milli FROM goods_movement
        UNION ALL SELECT lot_id, source, -quantity_milli FROM goods_movement)""",
    "@STANDS": """(SELECT l.id, l.name, spot.place, spot.milli FROM goods_lot l, LATERAL (VALUES
        ('outside', l.outside_milli), ('announced', l.announced_milli), ('received', l.received_milli),
        ('quarantined', l.quarantined_milli), ('disinfected', l.disinfected_milli),
        ('sorted', l.sorted_milli), ('reserved', l.reserved_milli), ('issued', l.issued_milli),
        ('scrapped', l.scrapped_milli), ('adjusted', l.adjusted_milli),
        ('in_transit', l.in_transit_milli), ('transferred', l.transferred_milli)
        ) AS spot (place, milli))""",
    "@WAYS": """(VALUES ('announce','outside','announced'), ('cancel','announced','outside'),
        ('receive','outside','received'), ('receive','announced','received'),
        ('quarantine','received','quarantined'), ('disinfect','quarantined','disinfected'),
        ('sort','disinfected','sorted'), ('sort','received','sorted'),
        ('reserve','sorted','reserved'), ('release','reserved','sorted'),
        ('issue','sorted','issued'), ('issue','reserved','issued'),
        ('scrap','received','scrapped'), ('scrap','quarantined','scrapped'),
        ('scrap','disinfected','scrapped'), ('scrap','sorted','scrapped'),
        ('scrap','in_transit','scrapped'),
        ('give_back','received','outside'), ('give_back','quarantined','outside'),
        ('give_back','disinfected','outside'), ('give_back','sorted','outside'),
        ('count','received','adjusted'), ('count','quarantined','adjusted'),
        ('count','disinfected','adjusted'), ('count','sorted','adjusted'),
        ('count','adjusted','received'), ('count','adjusted','quarantined'),
        ('count','adjusted','disinfected'), ('count','adjusted','sorted'),
        ('send','sorted','in_transit'), ('arrive','in_transit','transferred'),
        ('come_back','in_transit','sorted')) AS way (kind, source, target)""",
    "@ENTRY": "e.kind || ' ' || e.entered_on || ' …' || right(e.id::text, 6)",
    "@SETTLED": "s.partner_name || ' ' || to_char(s.covers, 'YYYY-MM')",
    # Purchases with a partner and what was taken back of them, each in its own month.
    "@BOUGHT": """(SELECT e.* FROM benefits_entry e LEFT JOIN benefits_entry was ON was.id = e.reverses_id
        WHERE e.kind = 'purchase' OR (e.kind = 'reversal' AND was.kind = 'purchase'))""",
    "@SUMMED": """(SELECT sum(n.amount_fen) FROM funds_entry n JOIN funds_account a
        ON a.id = n.account_id WHERE n.journal_id = j.id AND split_part(a.code, '.', 1) =""",
}

# check → (remedy, query)
IN_KIND_CHECKS: dict[str, tuple[str, str]] = {
    # --- goods
    "stock-other-than-movements": (COUNT, """
        SELECT l.name || ' …' || right(l.id::text, 6) || ' ' || l.place,
            l.milli || ' for ' || coalesce(sum(m.milli), 0), @PAGE_LOT
        FROM @STANDS l LEFT JOIN @MOVED m ON m.lot_id = l.id AND m.place = l.place
        GROUP BY l.id, l.name, l.place, l.milli HAVING l.milli <> coalesce(sum(m.milli), 0)"""),
    "stock-below-zero": (COUNT, """
        SELECT l.name || ' …' || right(l.id::text, 6) || ' ' || l.place, l.milli, @PAGE_LOT FROM @STANDS l
        WHERE (l.milli < 0 AND l.place NOT IN ('outside', 'adjusted'))
        OR (l.milli > 0 AND l.place = 'outside')"""),
    "movement-of-no-lot": (RESTORE, """
        SELECT m.id, m.kind FROM goods_movement m
        WHERE NOT EXISTS (SELECT FROM goods_lot l WHERE l.id = m.lot_id)"""),
    "goods-moved-a-forbidden-way": (COUNT, """
        SELECT @LOT || ' …' || right(m.id::text, 6), m.kind || ' ' || m.source || ' ' || m.target, @PAGE_LOT
        FROM goods_movement m JOIN goods_lot l ON l.id = m.lot_id WHERE m.kind <> 'undo'
        AND (m.kind, m.source, m.target) NOT IN (SELECT kind, source, target FROM @WAYS)"""),
    "goods-undone-otherwise": (COUNT, """
        SELECT @LOT || ' …' || right(m.id::text, 6), m.quantity_milli || ' for '
            || coalesce(was.quantity_milli::text, 'nothing'), @PAGE_LOT
        FROM goods_movement m JOIN goods_lot l ON l.id = m.lot_id
        LEFT JOIN goods_movement was ON was.id = m.follows_id WHERE m.kind = 'undo' AND (
        was.id IS NULL OR was.kind = 'undo' OR was.lot_id <> m.lot_id
        OR was.quantity_milli <> m.quantity_milli OR was.value_fen <> m.value_fen
        OR was.target <> m.source
        OR NOT (m.target = was.source OR (was.kind = 'issue' AND m.target = 'sorted')))"""),
    "goods-undone-twice": (COUNT, """
        SELECT follows_id, count(*), 'goods/lots/' || min(lot_id::text) || '/' FROM goods_movement
        WHERE follows_id IS NOT NULL GROUP BY follows_id HAVING count(*) > 1"""),
    "goods-valued-otherwise": (COUNT, """
        SELECT @LOT || ' …' || right(m.id::text, 6),
            m.value_fen || ' for ' || (m.quantity_milli * l.unit_value_fen + 500) / 1000, @PAGE_LOT
        FROM goods_movement m JOIN goods_lot l ON l.id = m.lot_id
        WHERE m.value_fen <> (m.quantity_milli * l.unit_value_fen + 500) / 1000"""),
    "goods-issued-undisinfected": (STOP, """
        SELECT @LOT || ' …' || right(m.id::text, 6), m.kind || ' ' || m.moved_on, @PAGE_LOT
        FROM goods_movement m JOIN goods_lot l ON l.id = m.lot_id
        WHERE l.needs_disinfection AND ((m.kind = 'sort' AND m.source <> 'disinfected')
        OR (@GIVEN AND NOT EXISTS (SELECT FROM goods_movement d WHERE d.lot_id = m.lot_id
            AND d.kind = 'disinfect' AND d.moved_at <= m.moved_at)))"""),
    "goods-issued-past-last-day": (STOP, """
        SELECT @LOT || ' …' || right(m.id::text, 6), m.moved_on || ' for ' || l.expires_on, @PAGE_LOT
        FROM goods_movement m JOIN goods_lot l ON l.id = m.lot_id
        WHERE @GIVEN AND l.expires_on <= m.moved_on"""),
    "food-without-last-day": (STOP, """
        SELECT @LOT, l.kind, @PAGE_LOT FROM goods_lot l WHERE l.kind IN ('grain_oil', 'food')
        AND (l.expires_on IS NULL OR l.needs_disinfection)"""),
    "goods-given-to-nobody": (STOP, """
        SELECT @LOT || ' …' || right(m.id::text, 6), m.kind || ' ' || m.moved_on, @PAGE_LOT
        FROM goods_movement m JOIN goods_lot l ON l.id = m.lot_id WHERE @GIVEN AND (CASE
        WHEN m.file_id IS NULL THEN m."group" = '' OR m.persons < 1
        ELSE NOT EXISTS (SELECT FROM households_file f WHERE f.id = m.file_id) END)"""),
    "goods-checked-by-one-person": (STOP, """
        SELECT @LOT || ' …' || right(m.id::text, 6), m.kind || ' ' || m.by_name, @PAGE_LOT
        FROM goods_movement m JOIN goods_lot l ON l.id = m.lot_id
        WHERE m.kind IN ('count', 'scrap', 'give_back') AND (m.second_id IS NULL OR m.second_id = m.by_id)"""),
    # --- cards and certificates
    "card-balance-other-than-entries": (POST, """
        SELECT c.kind || ' ' || c.number || ' …' || right(c.id::text, 6),
            c.balance_fen || ' for ' || coalesce(sum(e.effect_fen), 0), @PAGE_CARD
        FROM benefits_card c LEFT JOIN benefits_entry e ON e.card_id = c.id
        GROUP BY c.id HAVING c.balance_fen <> coalesce(sum(e.effect_fen), 0)"""),
    "card-below-zero": (POST, """
        SELECT c.kind || ' ' || c.number || ' …' || right(c.id::text, 6), c.balance_fen, @PAGE_CARD
        FROM benefits_card c WHERE c.balance_fen < 0"""),
    "card-shares-other-than-the-whole": (POST, """
        SELECT @ENTRY, e.union_fen + e.partner_fen || ' for ' || e.amount_fen, @PAGE_ENTRY FROM benefits_entry e
        WHERE e.union_fen + e.partner_fen <> e.amount_fen"""),
    "card-shares-other-than-agreed": (POST, """
        SELECT @ENTRY, e.union_fen || ' for ' || (e.amount_fen * g.union_basis_points + 5000) / 10000, @PAGE_ENTRY
        FROM benefits_entry e JOIN partners_agreement g ON g.id = e.agreement_id
        WHERE e.kind = 'purchase'
        AND e.union_fen <> (e.amount_fen * g.union_basis_points + 5000) / 10000"""),
    "card-entry-moves-otherwise": (POST, """
        SELECT @ENTRY, e.effect_fen || ' for ' || CASE e.kind WHEN 'purchase' THEN -e.amount_fen
            WHEN 'top_up' THEN e.amount_fen ELSE 0 END, @PAGE_ENTRY
        FROM benefits_entry e WHERE e.kind <> 'reversal' AND (e.effect_fen <> CASE e.kind
            WHEN 'purchase' THEN -e.amount_fen WHEN 'top_up' THEN e.amount_fen ELSE 0 END
        OR (e.kind IN ('purchase', 'top_up') AND (e.card_id IS NULL OR e.amount_fen <= 0)))"""),
    "card-reversal-other-than-mirror": (POST, """
        SELECT @ENTRY, e.amount_fen || ' for ' || coalesce((-was.amount_fen)::text, 'nothing'), @PAGE_ENTRY
        FROM benefits_entry e LEFT JOIN benefits_entry was ON was.id = e.reverses_id
        WHERE (e.kind = 'reversal') <> (e.reverses_id IS NOT NULL)
        OR (e.kind = 'reversal' AND (was.id IS NULL OR was.kind IN ('reversal', 'settlement')
        OR (e.card_id, e.amount_fen, e.union_fen, e.partner_fen, e.effect_fen, e.quantity, e.partner_id)
        IS DISTINCT FROM (was.card_id, -was.amount_fen, -was.union_fen, -was.partner_fen,
            -was.effect_fen, -was.quantity, was.partner_id)))"""),
    "card-entry-reversed-twice": (POST, """
        SELECT reverses_id, count(*), coalesce('benefits/cards/' || min(card_id::text) || '/', '')
        FROM benefits_entry WHERE reverses_id IS NOT NULL GROUP BY reverses_id HAVING count(*) > 1"""),
    "card-slip-entered-twice": (POST, """
        SELECT partner_name || ' ' || receipt, count(*), coalesce('benefits/cards/' || min(card_id::text) || '/', '')
        FROM benefits_entry WHERE receipt <> ''
        GROUP BY partner_id, partner_name, receipt HAVING count(*) > 1"""),
    # --- months with partners
    "settlement-other-than-entries": (POST, """
        SELECT @SETTLED || ' …' || right(s.id::text, 6), CASE WHEN s.union_fen <> bought.union_fen
            THEN s.union_fen || ' for ' || bought.union_fen
            ELSE s.amount_fen || ' for ' || bought.amount_fen END, @PAGE_MONTHS
        FROM benefits_entry s, LATERAL (SELECT coalesce(sum(b.amount_fen), 0) AS amount_fen,
            coalesce(sum(b.union_fen), 0) AS union_fen, coalesce(sum(b.partner_fen), 0) AS partner_fen
            FROM @BOUGHT b WHERE b.partner_id = s.partner_id AND b.entered_on >= s.covers
            AND b.entered_on < s.covers + interval '1 month') AS bought
        WHERE s.kind = 'settlement' AND (s.amount_fen, s.union_fen, s.partner_fen)
            IS DISTINCT FROM (bought.amount_fen, bought.union_fen, bought.partner_fen)"""),
    "month-settled-twice": (POST, """
        SELECT @SETTLED, count(*), @PAGE_MONTHS FROM benefits_entry s WHERE s.kind = 'settlement'
        GROUP BY s.partner_id, s.partner_name, s.covers HAVING count(*) > 1"""),
    "settlement-posted-otherwise": (POST, """
        SELECT @SETTLED || ' …' || right(s.id::text, 6), s.union_fen || ' for ' || coalesce(@SUMMED '5001'), 0),
            @PAGE_MONTHS
        FROM (SELECT voucher_id, partner_id, partner_name, max(covers) AS covers, sum(union_fen) AS union_fen,
            (array_agg(id ORDER BY covers DESC))[1] AS id
            FROM benefits_entry WHERE kind = 'settlement' GROUP BY voucher_id, partner_id, partner_name) s
        LEFT JOIN funds_journal j ON j.id = s.voucher_id
        WHERE (j.id IS NULL OR j.kind <> 'purchase'
        OR j.ref <> 'purchase:' || s.partner_id || ':' || to_char(s.covers, 'YYYY-MM')
        OR coalesce(@SUMMED '5001'), 0) <> s.union_fen OR coalesce(@SUMMED '2001'), 0) <> -s.union_fen)"""),
    "purchase-posted-without-settlement": (POST, """
        SELECT j.year || '-' || lpad(j.number::text, 5, '0'), j.ref, @PAGE_VOUCHER FROM funds_journal j
        WHERE j.kind = 'purchase' AND NOT EXISTS
        (SELECT FROM benefits_entry s WHERE s.kind = 'settlement' AND s.voucher_id = j.id)"""),
    "settled-by-one-person": (STOP, """
        SELECT @SETTLED || ' …' || right(s.id::text, 6), s.by_name, @PAGE_MONTHS FROM benefits_entry s
        WHERE s.kind = 'settlement' AND (s.second_id IS NULL OR s.second_id = s.by_id)"""),
}  # fmt: skip
