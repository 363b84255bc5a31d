"""What must hold of the files of a station, as queries that return no row.

Each query runs on the station's schema and the shared tables, and gives the record and what is wrong with
it. ``counted`` are the states in which a household counts as on file. Source: domain §3.2, NR08-NR15.
"""

from __future__ import annotations

# Written ``@NAME`` in the queries.
_PARTS = {
    "@COUNTED": "('on_file', 'rechecking', 'exit_notice', 'transferring')",
    "@LEFT": "('out', 'secured', 'cancelled')",
    "@CLOSED": "('out', 'secured', 'cancelled', 'archived', 'refused', 'moved_out')",
    "@NEVER_SENT": "('draft', 'temporary', 'archived', 'moved_out')",
    "@LAST": """
        SELECT DISTINCT ON (file_id) file_id, number, state, counted, snapshot
        FROM households_version ORDER BY file_id, number DESC""",
    # Handed over and received there, of which the word has yet to come here: counted and registered there.
    "@RECEIVED_ELSEWHERE": """(
        SELECT h.id FROM households_file h JOIN households_transfer t ON t.file_id = h.id
        JOIN exchange_message m ON m.id = t.message_id WHERE h.state = 'transferring'
        AND t.role = 'giving' AND t.state = 'handed' AND m.state = 'done')""",
    # Opened here and not by the demonstration: its whole life can be followed.
    "@OWN": """
        f.origin <> 'demo' AND NOT EXISTS (SELECT FROM households_version m
        WHERE m.file_id = f.id AND m.event = 'moved_in')""",
}


def filled(query: str) -> str:
    """Return a query with its ``@NAME`` written out."""
    for name, part in _PARTS.items():
        query = query.replace(name, part)
    return query


_QUERIES: dict[str, str] = {
    # --- the file and its dates
    "file-without-number": """
        SELECT id, state FROM households_file WHERE file_no = '' AND state NOT IN @NEVER_SENT""",
    "file-never-submitted": """
        SELECT id, state FROM households_file
        WHERE submitted_at IS NULL AND state NOT IN @NEVER_SENT AND origin <> 'demo'""",
    "number-of-another-station": """
        SELECT f.id, f.file_no FROM households_file f
        WHERE f.file_no <> '' AND f.file_no NOT LIKE %(code)s || '%%' AND @OWN""",
    "serial-behind": """
        SELECT s.year, max(f.file_no) FROM register_fileserial s
        JOIN households_file f ON f.file_no LIKE %(code)s || s.year || '%%'
        WHERE s.station_id = %(station)s AND substr(f.file_no, length(%(code)s) + 5) ~ '^[0-9]+$'
        GROUP BY s.year, s.last
        HAVING max(substr(f.file_no, length(%(code)s) + 5)::bigint) > s.last""",
    "on-file-without-day": """
        SELECT id, state FROM households_file WHERE state IN @COUNTED AND on_file_on IS NULL""",
    "on-file-before-application": """
        SELECT id, on_file_on FROM households_file WHERE on_file_on < applied_on""",
    "on-file-in-the-future": """
        SELECT id, on_file_on FROM households_file WHERE on_file_on > %(today)s""",
    "submitted-before-application": """
        SELECT f.id, f.applied_on FROM households_file f
        WHERE (f.submitted_at AT TIME ZONE 'Asia/Shanghai')::date < f.applied_on AND @OWN""",
    "closed-without-day": """
        SELECT id, state FROM households_file WHERE state IN @LEFT AND closed_on IS NULL""",
    "closed-before-on-file": """
        SELECT id, closed_on FROM households_file WHERE closed_on < on_file_on""",
    "open-with-closing-day": """
        SELECT id, state FROM households_file WHERE closed_on IS NOT NULL AND state NOT IN @CLOSED""",
    "closed-without-exit": """
        SELECT id, state FROM households_file
        WHERE state IN @LEFT AND (exit_kind = '' OR exit_reason = '')""",
    "exit-of-an-open-file": """
        SELECT id, exit_kind FROM households_file
        WHERE exit_kind <> '' AND state IN ('draft', 'submitted', 'first_review', 'visiting')""",
    "closed-without-years": """
        SELECT id, state FROM households_file
        WHERE state IN @LEFT AND keep_until IS NULL AND origin <> 'demo'""",
    "years-end-before-closing": """
        SELECT id, keep_until FROM households_file WHERE keep_until <= closed_on""",
    # --- approval
    "on-file-without-stamps": """
        SELECT id, state FROM households_file WHERE state IN @COUNTED AND origin <> 'demo'
        AND (stamp_community_on IS NULL OR stamp_street_on IS NULL OR stamp_union_on IS NULL)""",
    "stamps-out-of-order": """
        SELECT id, stamp_union_on FROM households_file
        WHERE stamp_union_on < stamp_street_on OR stamp_street_on < stamp_community_on""",
    "on-file-without-means-check": """
        SELECT id, state FROM households_file WHERE state IN @COUNTED AND means_checked_on IS NULL""",
    "means-checked-after-approval": """
        SELECT f.id, f.means_checked_on FROM households_file f
        WHERE f.means_checked_on > f.on_file_on AND f.rechecked_on IS NULL AND @OWN""",
    "on-file-without-visit": """
        SELECT f.id, f.file_no FROM households_file f WHERE f.state IN @COUNTED AND @OWN
        AND NOT EXISTS (SELECT FROM households_visit v WHERE v.file_id = f.id)""",
    "visit-before-application": """
        SELECT v.id, v.visited_on FROM households_visit v JOIN households_file f ON f.id = v.file_id
        WHERE v.visited_on < f.applied_on AND @OWN""",
    "on-file-without-approval-in-timeline": """
        SELECT f.id, f.file_no FROM households_file f WHERE f.state IN @COUNTED AND @OWN
        AND NOT EXISTS (SELECT FROM casework_event e WHERE e.subject_kind = 'file'
        AND e.subject_id = f.id AND e.action = 'approved')""",
    "file-without-audit": """
        SELECT f.id, f.file_no FROM households_file f WHERE @OWN AND NOT EXISTS (
        SELECT FROM audit_row a WHERE a.chain = %(station)s AND a.subject_kind = 'file'
        AND a.subject_id = f.id::text)""",
    # --- the tier
    "on-file-without-tier": """
        SELECT id, state FROM households_file WHERE state IN @COUNTED AND tier = ''""",
    "tier-other-than-computed": """
        SELECT id, tier FROM households_file WHERE state IN @COUNTED AND rechecked_on IS NULL
        AND computation ? 'tier' AND computation->>'tier' <> tier""",
    "terms-do-not-add-up": """
        SELECT id, computation->>'income_fen' FROM households_file
        WHERE computation ? 'terms' AND jsonb_array_length(computation->'terms') > 0
        AND (computation->>'income_fen')::bigint <> (SELECT coalesce(sum((t->>1)::bigint), 0)
        FROM jsonb_array_elements(computation->'terms') t WHERE (t->>2)::int > 0)""",
    "computed-for-no-heads": """
        SELECT id, computation->>'heads' FROM households_file WHERE (computation->>'heads')::int < 1""",
    # --- members, papers
    "head-among-members": """
        SELECT m.id, f.file_no FROM households_member m JOIN households_file f ON f.id = m.file_id
        WHERE m.id_no_hash = f.id_no_hash""",
    "size-other-than-members": """
        SELECT f.id, f.persons FROM households_file f WHERE f.state IN @COUNTED
        AND f.persons <> 1 + (SELECT count(*) FROM households_member m WHERE m.file_id = f.id)""",
    "paper-names-no-scan": """
        SELECT p.id, p.kind FROM households_paper p WHERE p.attachment_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM casework_attachment a WHERE a.id = p.attachment_id)""",
    "scan-outside-the-station": """
        SELECT id, path FROM casework_attachment WHERE path NOT LIKE %(schema)s || '/%%'""",
    "scan-of-no-file": """
        SELECT a.id, a.kind FROM casework_attachment a WHERE a.subject_kind = 'file'
        AND NOT EXISTS (SELECT FROM households_file f WHERE f.id = a.subject_id)""",
    # --- versions
    "submitted-without-version": """
        SELECT f.id, f.state FROM households_file f WHERE f.state NOT IN @NEVER_SENT
        AND NOT EXISTS (SELECT FROM households_version v WHERE v.file_id = f.id)""",
    "versions-with-a-gap": """
        SELECT file_id, max(number) FROM households_version GROUP BY file_id
        HAVING max(number) <> count(*)""",
    "versions-go-back": """
        SELECT file_id, effective_on FROM (SELECT file_id, effective_on, lag(effective_on)
        OVER (PARTITION BY file_id ORDER BY number) AS before FROM households_version) v
        WHERE effective_on < before""",
    "counted-against-state": """
        SELECT f.id, f.state FROM households_file f JOIN (@LAST) v ON v.file_id = f.id
        WHERE (v.counted IS NOT NULL) <> (f.state IN @COUNTED)""",
    "counted-with-another-tier": """
        SELECT f.id, f.tier FROM households_file f JOIN (@LAST) v ON v.file_id = f.id
        WHERE v.counted->>'tier' <> coalesce(nullif(f.tier, ''), 'none')""",
    "counted-with-another-cause": """
        SELECT f.id, f.main_cause FROM households_file f JOIN (@LAST) v ON v.file_id = f.id
        WHERE v.counted->>'cause' <> coalesce(nullif(f.main_cause, ''), 'none')""",
    "counted-with-another-size": """
        SELECT f.id, f.persons FROM households_file f JOIN (@LAST) v ON v.file_id = f.id
        WHERE (v.counted->>'persons')::int <> f.persons""",
    "counted-as-another-person": """
        SELECT f.id, f.file_no FROM households_file f JOIN (@LAST) v ON v.file_id = f.id
        WHERE v.counted->>'subject' <> encode(f.id_no_hash, 'hex')""",
    "version-of-another-name": """
        SELECT f.id, f.file_no FROM households_file f JOIN (@LAST) v ON v.file_id = f.id
        WHERE f.state IN @COUNTED AND v.snapshot->>'name' <> f.name""",
    # --- the register of identities
    "open-but-not-registered": """
        SELECT f.id, f.file_no FROM households_file f WHERE f.state NOT IN @CLOSED
        AND f.id NOT IN @RECEIVED_ELSEWHERE AND f.id_no_hash IS NOT NULL AND NOT EXISTS (
        SELECT FROM register_identityentry r
        WHERE r.station_id = %(station)s AND r.subject = f.id AND r.role = 'head')""",
    "registered-but-not-open": """
        SELECT r.subject, r.role FROM register_identityentry r WHERE r.station_id = %(station)s
        AND NOT EXISTS (SELECT FROM households_file f WHERE f.id = r.subject
        AND f.state NOT IN @CLOSED)""",
    "registered-under-another-hash": """
        SELECT f.id, f.file_no FROM households_file f JOIN register_identityentry r
        ON r.subject = f.id AND r.station_id = %(station)s AND r.role = 'head'
        WHERE r.id_hash <> f.id_no_hash""",
    "member-not-registered": """
        SELECT m.id, f.file_no FROM households_member m JOIN households_file f ON f.id = m.file_id
        WHERE f.state NOT IN @CLOSED AND f.id NOT IN @RECEIVED_ELSEWHERE
        AND m.id_no_hash IS NOT NULL AND NOT EXISTS (
        SELECT FROM register_identityentry r WHERE r.station_id = %(station)s AND r.subject = f.id
        AND r.id_hash = m.id_no_hash)""",
    # --- what the centre did
    "approved-without-notice": """
        SELECT r.id, r.file_no FROM reviews_review r WHERE r.state = 'approved' AND r.is_centre
        AND r.kind = 'admission' AND NOT EXISTS (SELECT FROM notices_notice n
        WHERE n.subject_id = r.id AND n.state = 'ended')""",
    "approved-without-means-check": """
        SELECT id, file_no FROM reviews_review WHERE state = 'approved' AND is_centre
        AND kind = 'admission' AND means_checked_on IS NULL""",
    "approved-by-who-entered": """
        SELECT r.id, r.file_no FROM reviews_review r JOIN casework_event e ON e.subject_kind = 'review'
        AND e.subject_id = r.id AND e.action = 'approve' WHERE e.actor_id = ANY(r.entered_by)""",
    "approved-by-who-reviewed": """
        SELECT r.id, r.file_no FROM reviews_review r JOIN casework_event e ON e.subject_kind = 'review'
        AND e.subject_id = r.id AND e.action = 'approve' WHERE e.actor_id = ANY(r.acted_by)""",
    "approved-without-approval": """
        SELECT r.id, r.file_no FROM reviews_review r WHERE r.state = 'approved' AND r.is_centre
        AND r.kind = 'admission' AND NOT EXISTS (SELECT FROM casework_event e
        WHERE e.subject_kind = 'review' AND e.subject_id = r.id AND e.action = 'approve')""",
    "notice-ended-early": """
        SELECT id, ended_on FROM notices_notice WHERE state = 'ended' AND ended_on <= due_on""",
    "notice-too-short": """
        SELECT id, due_on FROM notices_notice WHERE due_on - published_on < working_days
        AND state IN ('running', 'ended') AND purpose = 'admission'""",
    "notice-says-the-number": """
        SELECT id, masked_number FROM notices_notice WHERE masked_number ~ '[0-9]{12}'
        OR reason ~ '[0-9]{15}'""",
    "notice-says-the-name": """
        SELECT id, published_on FROM notices_notice
        WHERE masked_name <> '' AND masked_name NOT LIKE '%%*%%' AND masked_name NOT LIKE '（%%'""",
    "notice-ended-with-open-objection": """
        SELECT n.id, n.ended_on FROM notices_notice n JOIN notices_objection o ON o.notice_id = n.id
        WHERE n.state = 'ended' AND o.answered_at IS NULL""",
    # --- messages and their effects
    "offer-without-review": """
        SELECT m.id, m.stream FROM exchange_message m WHERE m.recipient_id = %(station)s
        AND m.kind = 'dossier.offered' AND m.state = 'done' AND NOT EXISTS (SELECT FROM reviews_review r
        WHERE r.file_id = (m.body->>'file')::uuid AND r.offer = (m.body->>'offer')::int)""",
    "approval-not-followed": """
        SELECT m.id, m.stream FROM exchange_message m JOIN households_file f
        ON m.stream = 'file:' || f.id WHERE m.recipient_id = %(station)s AND m.state = 'done'
        AND m.kind = 'dossier.decided' AND m.body->>'action' = 'approved'
        AND (m.body->>'home')::bigint = %(station)s AND f.on_file_on IS NULL
        AND f.state IN ('centre_review', 'means_check', 'notice', 'objection', 'approval')""",
    "sent-up-without-message": """
        SELECT f.id, f.file_no FROM households_file f
        WHERE f.state IN ('centre_review', 'means_check', 'notice', 'objection', 'approval')
        AND NOT EXISTS (SELECT FROM exchange_message m WHERE m.sender_id = %(station)s
        AND m.stream = 'file:' || f.id AND m.kind = 'dossier.offered')""",
    "messages-with-a-gap": """
        SELECT s.id, s.name FROM exchange_stream s WHERE s.sender_id = %(station)s AND s.last_seq <> (
        SELECT count(*) FROM exchange_message m WHERE m.sender_id = s.sender_id
        AND m.recipient_id = s.recipient_id AND m.stream = s.name)""",
    # --- samples, and the numbers that the stations above read of them
    "sample-asked-and-nothing-done": """
        SELECT m.id, m.stream FROM exchange_message m WHERE m.recipient_id = %(station)s
        AND m.kind = 'sample.asked' AND m.state = 'done' AND NOT EXISTS (SELECT FROM evaluations_orderpart p
        WHERE p.station_id = m.recipient_id AND p.order_id = (m.body->>'order')::uuid)""",
    "sample-of-another-size": """
        SELECT s.id, s.size FROM evaluations_sample s WHERE s.station_id = %(station)s AND s.size <> (
        SELECT count(*) FROM evaluations_drawn d WHERE d.sample_id = s.id)""",
    "sample-answered-otherwise": """
        SELECT s.id, s.year FROM evaluations_sample s JOIN LATERAL (
        SELECT count(*) FILTER (WHERE d.answer = 'satisfied') AS satisfied,
        count(*) FILTER (WHERE d.answer = 'partly') AS partly,
        count(*) FILTER (WHERE d.answer = 'dissatisfied') AS dissatisfied,
        count(*) FILTER (WHERE d.answer = 'not_reached') AS not_reached
        FROM evaluations_drawn d WHERE d.sample_id = s.id) said ON true WHERE s.station_id = %(station)s
        AND (s.satisfied, s.partly, s.dissatisfied, s.not_reached)
        <> (said.satisfied, said.partly, said.dissatisfied, said.not_reached)""",
    # --- work that waits
    "todo-of-no-file": """
        SELECT t.id, t.kind FROM casework_todo t WHERE t.subject_kind = 'file' AND t.closed_at IS NULL
        AND NOT EXISTS (SELECT FROM households_file f WHERE f.id = t.subject_id)""",
    "deadline-of-a-closed-file": """
        SELECT c.id, c.kind FROM casework_clock c JOIN households_file f ON f.id = c.subject_id
        WHERE c.subject_kind = 'file' AND c.stopped_at IS NULL AND f.state IN @LEFT
        AND c.kind IN ('first_review', 'visit', 'level_review', 'returned')""",
    # --- personal data
    "number-in-the-audit-chain": """
        SELECT id, event FROM audit_row WHERE chain = %(station)s
        AND data::text ~ ('(^|[^0-9A-Za-z])[1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])'
        || '(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]([^0-9A-Za-z]|$)')""",
    "picture-not-wiped": """
        SELECT id, file_no FROM privacy_lookrequest WHERE snapshot IS NOT NULL
        AND expires_at < %(now)s::timestamptz - interval '1 day'""",
    "erased-but-still-there": """
        SELECT f.id, f.file_no FROM households_file f JOIN privacy_disposal d ON d.file_id = f.id
        WHERE d.state = 'deleted' AND (f.name <> '' OR f.id_no IS NOT NULL OR f.story <> ''
        OR EXISTS (SELECT FROM households_member m WHERE m.file_id = f.id))""",
    "transferred-but-still-held": """
        SELECT f.id, f.file_no FROM households_transfer t JOIN households_file f ON f.id = t.file_id
        WHERE t.role = 'giving' AND t.state = 'done' AND f.state <> 'moved_out'
        AND NOT EXISTS (SELECT FROM households_transfer back WHERE back.role = 'taking'
        AND back.state = 'done' AND back.file_id = t.file_id AND back.offered_at > t.offered_at)""",
    "held-in-two-places": """
        SELECT f.id, f.state FROM households_file f WHERE f.custody <> '' AND (f.state = 'on_file'
        OR f.state IN ('rechecking', 'exit_notice') AND NOT EXISTS (SELECT FROM households_recheck r
        WHERE r.file_id = f.id AND r.state IN ('sent', 'exiting')))""",
}

CHECKS: dict[str, str] = {name: filled(query) for name, query in _QUERIES.items()}
