"""The capability that each route of a station asks: the matrix of R7, reviewed by hand."""

from typing import Final

PUBLIC: Final = "open to everybody"
ANY_MEMBER: Final = "whoever belongs to the station; rows of others are absent"

_BY_CAPABILITY = {
    PUBLIC: """
        documents:verify documents:verify-number notices:public-list notices:public-object
        applications:front applications:begin applications:resume applications:leave
        applications:code applications:slip applications:apply applications:step
        applications:member applications:member-new applications:member-remove
        applications:picture applications:picture-add applications:picture-remove
        applications:mine applications:withdraw applications:my-file applications:ask
        api:applications_api:public api:applications_api:public-mine
        api:applications_api:public-send api:applications_api:public-withdraw
        api:applications_api:public-pictures api:applications_api:public-picture
        api:applications_api:public-file api:applications_api:public-ask
    """,
    "fund.view": """
        banking:statements banking:statement banking:progress banking:lines banking:line
        banking:return banking:reconciliation banking:receipts api:banking_api:receipts
        api:banking_api:statement api:banking_api:statement-lines api:banking_api:lines
        api:banking_api:line api:banking_api:return api:banking_api:reconciliation
        api:banking_api:expectations
        sources:transfers sources:transfer sources:donations sources:donation sources:plans
        sources:fund-plan
        api:sources_api:transfer api:sources_api:donation api:sources_api:plans
        funds:journals funds:waiting funds:decide funds:voucher funds:account funds:balance
        funds:final funds:funds funds:fund funds:periods
        api:funds_api:standings api:funds_api:journals api:funds_api:journal
        api:funds_api:balance api:funds_api:account api:funds_api:return
    """,
    "aid.view": """
        aid:applications aid:application aid:asked aid:campaigns aid:campaign aid:act
        aid:campaign-act aid:decide-asked api:aid_api:campaign-progress
    """,
    "aid.review": """
        api:aid_api:review api:aid_api:answer api:aid_api:return api:aid_api:decline
        api:aid_api:agree-payee api:aid_api:review-many
    """,
    "aid.approve": """
        api:aid_api:decide api:aid_api:ratify api:aid_api:approve api:aid_api:urgent
        api:aid_api:refuse api:aid_api:decide-asked
    """,
    "aid.edit": """
        aid:new-application aid:new-person aid:campaign-person aid:change
        api:aid_api:submit api:aid_api:accept api:aid_api:check api:aid_api:withdraw
        api:aid_api:payee api:aid_api:papers api:aid_api:feedback api:aid_api:close
        api:aid_api:leave-out api:aid_api:hand-in api:aid_api:campaign-nobody
    """,
    "aid.campaign": "aid:new-campaign api:aid_api:close-campaign api:aid_api:campaign-chase",
    "transfer.plan": "sources:new-transfer",
    "donation.keep": "sources:new-donation",
    "payout.view": """
        payouts:batches payouts:batch payouts:progress payouts:line payouts:act
        payouts:not-handed-over
        api:payouts_api:batch api:payouts_api:lines api:payouts_api:act
    """,
    "payout.prepare": """
        payouts:new-batch payouts:drop api:payouts_api:drop
    """,
    "payout.send": """
        payouts:file payouts:answer payouts:drop-answer
        api:payouts_api:file api:payouts_api:answer api:payouts_api:drop-answer
        payouts:nat-entry api:payouts_api:nat-entry
    """,
    "payout.receipt": """
        api:payouts_api:receipt api:payouts_api:not-handed-over documents:of-payout-line api:documents_api:payout-line
    """,
    "fund.post": """
        banking:upload banking:withdraw banking:pair banking:enter banking:reveal
        api:banking_api:withdraw api:banking_api:match api:banking_api:enter
        api:banking_api:reveal
        banking:refund banking:keep banking:undo
        api:banking_api:refund api:banking_api:keep api:banking_api:undo
        funds:new-voucher funds:reverse funds:open-year api:funds_api:reverse
    """,
    "fund.check": "api:funds_api:check api:benefits_api:confirm-settlement",
    "fund.manage": """
        funds:new-fund funds:close-fund api:funds_api:close-fund api:funds_api:close
        api:sources_api:terms
    """,
    "fund.reopen": "api:funds_api:reopen",
    "fund.export": """
        payouts:summary api:payouts_api:summary funds:export documents:of-voucher api:documents_api:voucher
        documents:of-transfer documents:of-donation documents:of-payout
        api:documents_api:transfer api:documents_api:donation api:documents_api:payout
    """,
    "application.view": """
        applications:inbox applications:detail api:applications_api:application
    """,
    "application.work": """
        applications:act applications:new-code applications:counter applications:code-for-file
        api:applications_api:take api:applications_api:return api:applications_api:refuse
        api:applications_api:refer api:applications_api:new-code
        api:applications_api:code-for-file
    """,
    ANY_MEMBER: """
        casework:workbench casework:todos casework:close-todo casework:attachment
        api:casework:todos api:casework:close-todo api:casework:deadlines api:casework:attachment
        notifications:list notifications:open notifications:read-all
        notifications:announcements notifications:announcement
        api:notifications:list api:notifications:read api:notifications:read-all
        api:regions:list api:regions:calendar api:people-me accounts:tokens accounts:revoke-token
        documents:downloads documents:download documents:progress documents:remove
    """,
    "file.view": """
        surveys:list surveys:sample api:surveys_api:sample api:surveys_api:drawn
        surveys:order api:surveys_api:order
        privacy:subject privacy:consent privacy:ask-correction privacy:export
        api:privacy_api:consents api:privacy_api:access api:privacy_api:export
        api:privacy_api:consents-open
        api:privacy_api:ask-correction
        households:list households:detail households:members
        households:explanation households:retiering households:retiering-progress
        api:households_api:explanation api:households_api:retiering
        households:work households:work-list households:transfers
        api:households_api:rechecks api:households_api:work api:households_api:payout-block
        api:households_api:timeline
    """,
    "file.edit": """
        households:create households:change households:delete households:check-number
        households:member-new households:member-change households:member-remove
        households:paper-add households:papers-seen households:paper-remove
        households:nat-entry households:helper households:head households:split
        households:temporary households:file-again
        api:households_api:nat-entry api:households_api:helper api:households_api:head
        api:households_api:split api:households_api:file-again api:households_api:temporary
    """,
    "file.submit": """
        households:submit households:submit-batch api:households_api:submit
        api:households_api:ask-second-look
    """,
    "file.visit": """
        households:visit api:households_api:visit
        api:households_api:recheck-visit
    """,
    "file.recheck": """
        households:recheck households:exit households:event households:work-send
        households:verify-exit api:households_api:rechecks-send api:households_api:exit-check
        api:households_api:recheck-send api:households_api:recheck-drop
        api:households_api:recheck-withdraw api:households_api:exit api:households_api:event
    """,
    "file.transfer": """
        households:transfer households:transfer-all households:transfers-act
        households:transfer-act api:households_api:transfer api:households_api:transfer-cancel
        api:households_api:transfer-accept api:households_api:transfer-decline
        api:households_api:transfer-confirm api:households_api:transfer-refuse
    """,
    "policy.view": """
        programmes:list programmes:programme api:programmes_api:programme
        policies:list policies:history policies:changes policies:change policies:change-progress
        api:policies_api:rules api:policies_api:changes api:policies_api:change
    """,
    "policy.manage": """
        programmes:new programmes:new-version programmes:withdraw
        policies:edit policies:withdraw policies:undo
        api:policies_api:preview api:policies_api:withdraw api:policies_api:undo
    """,
    "file.review": """
        households:retiering-confirm api:households_api:retiering-confirm
        api:households_api:accept api:households_api:arrange-visit api:households_api:return
    """,
    "file.report": "api:households_api:report api:households_api:recall",
    "file.reveal": """
        households:reveal api:households_api:reveal applications:reveal
        api:applications_api:reveal
    """,
    "file.export": "households:export surveys:call-list",
    "import.run": """
        imports:upload imports:detail imports:confirm imports:errors imports:progress
        imports:stations imports:undo imports:template
        api:imports:list api:imports:run api:imports:confirm api:imports:errors api:imports:rows
        api:imports:undo api:imports:template
        yearly:books yearly:book yearly:undo yearly:template
        api:yearly_api:books api:yearly_api:book api:yearly_api:undo
    """,
    "review.view": """
        reviews:list reviews:detail api:reviews_api:reviews api:reviews_api:review
        reviews:means reviews:means-batch reviews:meetings reviews:meeting reviews:many
        api:reviews_api:means-checks api:reviews_api:means-lists api:reviews_api:many
        reviews:life reviews:life-detail api:reviews_api:life
        reviews:exit-requests
    """,
    "review.decide": """
        api:reviews_api:accept api:reviews_api:forward api:reviews_api:return
        api:reviews_api:confirm-means api:reviews_api:answer-objection api:reviews_api:refuse
        reviews:assign reviews:means-answers reviews:means-answer reviews:means-settle
        reviews:meeting-new
        api:reviews_api:assign api:reviews_api:means-check api:reviews_api:means-answers
        api:reviews_api:means-answer api:reviews_api:means-settle api:reviews_api:request-check
        api:reviews_api:conclude-check api:reviews_api:recall-check api:reviews_api:renew-notice
        api:reviews_api:urge api:reviews_api:photos
        reviews:life-many reviews:life-step api:reviews_api:life-continue
        api:reviews_api:life-agree-exit api:reviews_api:life-return
        api:reviews_api:life-answer-objection api:reviews_api:life-stop-exit
        reviews:exit-ask reviews:exit-withdraw api:reviews_api:exit-withdraw
    """,
    "review.approve": """
        api:reviews_api:approve
        api:reviews_api:life-confirm-exit
    """,
    "notice.publish": "api:reviews_api:publish-notice",
    "notice.view": "notices:objections api:notices_api:objections notices:list api:notices_api:notices",
    "onboarding.view": """
        onboarding:board onboarding:application onboarding:paper console:children
        api:onboarding-list api:onboarding-application api:onboarding-accept api:onboarding-letter
    """,
    "onboarding.decide": """
        onboarding:act onboarding:approve-chosen
        api:onboarding-approve api:onboarding-approve-many
        api:onboarding-reject api:onboarding-return
        api:station-accept api:station-suspend api:station-resume
    """,
    "onboarding.invite": "onboarding:invite onboarding:letters api:onboarding-invite",
    "people.view": "accounts:people api:people",
    "people.manage": """
        api:people-end api:people-invitations api:people-renew api:people-revoke
        accounts:end accounts:roles accounts:letter accounts:renew accounts:revoke accounts:invite
        accounts:remove-second-factor
    """,
    "rollup.view": """
        rollup:board rollup:files api:rollup api:rollup-indicators api:stations-below
        yearly:report api:yearly_api:report yearly:targets yearly:target
        api:yearly_api:target
    """,
    "rollup.export": "rollup:export",
    "break.view": """
        reconciliation:list reconciliation:detail reconciliation:run api:breaks api:break
        api:reconcile-run
    """,
    "break.work": """
        reconciliation:close reconciliation:explain reconciliation:heal
        api:break-close api:break-explain api:break-heal
    """,
    "audit.view": "audit:list audit:prove api:audit_api:audit api:audit_api:verify",
    "message.view": "exchange:list exchange:detail api:exchange_api:message api:exchange_api:messages",
    "message.operate": "exchange:decide api:exchange_api:discard api:exchange_api:confirm api:exchange_api:replay",
    "reconcile.run": "reconciliation:reconcile api:reconcile",
    "pairing.view": """
        pairing:board pairing:pairings pairing:pairing pairing:duties pairing:duty
        pairing:contact pairing:rounds pairing:round pairing:helpers pairing:groups
        pairing:students api:pairing_api:coverage api:pairing_api:pairing api:pairing_api:duties
        api:pairing_api:duty api:pairing_api:contact api:pairing_api:round
        api:pairing_api:groups api:pairing_api:students
    """,
    "pairing.manage": """
        pairing:assign pairing:new-pairing pairing:pairing-step pairing:cancel pairing:new-round
        pairing:extend pairing:close pairing:new-helper pairing:helper pairing:hand-over
        pairing:helper-step api:pairing_api:assign api:pairing_api:hand-over
        api:pairing_api:helper-step api:pairing_api:pairing-step api:pairing_api:cancel
        api:pairing_api:extend api:pairing_api:close
    """,
    "pairing.contact": """
        pairing:plan pairing:record-duty pairing:record-contact pairing:follow-up
        pairing:withdraw pairing:helper-phone api:pairing_api:helper-phone api:pairing_api:plan
        api:pairing_api:follow-up api:pairing_api:withdraw
    """,
    "goods.view": """
        goods:store goods:lot goods:issues goods:decide
        api:goods_api:stock api:goods_api:issues api:goods_api:lot api:goods_api:movements
        api:goods_api:checks api:goods_api:return
    """,
    "goods.keep": """
        goods:new-lot goods:import goods:template goods:act goods:choose goods:give goods:give-group goods:end
        api:goods_api:receive api:goods_api:cancel api:goods_api:stage api:goods_api:issue
        api:goods_api:reserve api:goods_api:count api:goods_api:scrap api:goods_api:give-back api:goods_api:end
    """,
    "goods.check": "api:goods_api:confirm",
    "benefit.view": """
        benefits:cards benefits:card benefits:step benefits:reverse benefits:reliefs
        benefits:partners benefits:partner benefits:settlements benefits:decide
        api:benefits_api:card api:benefits_api:card-step api:benefits_api:entries
        api:benefits_api:reverse api:benefits_api:waiting api:benefits_api:return-settlement
    """,
    "benefit.keep": """
        benefits:choose benefits:new-card benefits:purchase benefits:new-relief benefits:tickets
        api:benefits_api:purchase api:benefits_api:tickets
    """,
    "benefit.check": "benefits:take-in benefits:card-template api:benefits_api:card-list",
    "benefit.charge": "benefits:charge api:benefits_api:charge",
    "benefit.settle": "benefits:new-settlement",
    "partner.manage": """
        benefits:new-partner benefits:edit-partner benefits:end-partner benefits:new-agreement
        benefits:agreement-step
        api:benefits_api:end-partner api:benefits_api:confirm-agreement
        api:benefits_api:end-agreement
    """,
    "goods.manage": """
        goods:send goods:undo goods:take-back
        api:goods_api:send api:goods_api:undo api:goods_api:take-back
    """,
    "health.view": "pairing:health api:pairing_api:health",
    "health.edit": """
        pairing:add-health pairing:withdraw-health api:pairing_api:health-checks
        api:pairing_api:health-withdraw
    """,
    "duplicate.view": """
        register:list register:case api:register_api:cases api:register_api:case
    """,
    "duplicate.decide": """
        register:answer register:ask register:decide register:undo
        api:register_api:answer api:register_api:ask api:register_api:decide
        api:register_api:undo
    """,
    "document.print": """
        documents:register documents:of-aid api:documents_api:aid documents:of-file documents:of-review
        documents:of-aid-meeting api:documents_api:aid-meeting
        documents:of-notice documents:of-meeting documents:means-request documents:batch
        api:documents_api:papers api:documents_api:means-request api:documents_api:word
        api:documents_api:verify api:documents_api:downloads api:documents_api:download
        api:documents_api:content
    """,
    "privacy.view": """
        privacy:fields privacy:corrections privacy:correction privacy:retention privacy:disposal
        privacy:certificate privacy:propose privacy:correction-act privacy:disposal-act
        api:privacy_api:fields api:privacy_api:corrections api:privacy_api:correction-act
        api:privacy_api:disposals api:privacy_api:disposal api:privacy_api:disposal-withdraw
    """,
    "privacy.manage": "privacy:forget api:privacy_api:delete api:privacy_api:keep api:privacy_api:forget",
    "access.request": """
        privacy:looks privacy:look-new privacy:look privacy:picture privacy:look-act
        api:privacy_api:looks api:privacy_api:look api:privacy_api:picture api:privacy_api:withdraw
    """,
    "access.answer": "api:privacy_api:grant api:privacy_api:refuse",
    "report.view": """
        reports:list reports:detail reports:versions reports:check reports:print reports:workbook
        reports:board reports:received
        api:reports_api:reports api:reports_api:report api:reports_api:versions
        api:reports_api:check api:reports_api:board
    """,
    "report.fill": """
        surveys:new surveys:answer surveys:erase-remark surveys:void
        api:surveys_api:answer api:surveys_api:erase-remark api:surveys_api:void
        yearly:new-target yearly:say-target yearly:drop-target
        api:yearly_api:say-target api:yearly_api:drop-target
        reports:enter reports:explain reports:redraw reports:paper reports:remove-paper
        api:reports_api:enter api:reports_api:explain api:reports_api:redraw api:reports_api:papers
    """,
    "report.submit": """
        reports:submit reports:ask-correction
        api:reports_api:submit api:reports_api:ask-correction
    """,
    "report.review": """
        yearly:answer-target api:yearly_api:answer-target
        surveys:new-order surveys:take-back api:surveys_api:take-back
        reports:return reports:decide reports:accept-all reports:chase-all
        api:reports_api:accept api:reports_api:return api:reports_api:agree
        api:reports_api:decline api:reports_api:excuse api:reports_api:demand api:reports_api:chase
        api:reports_api:accept-all api:reports_api:chase-all
    """,
    "settings.view": "documents:templates api:documents_api:templates console:station",
    "settings.manage": """
        notifications:publish notifications:withdraw console:move documents:template-reset
    """,
}
# Where looking and writing ask different things.
_BY_METHOD = {
    "reviews:means-send": ("file.export", "file.export"),
    "reviews:means-workbook": ("file.export", "file.export"),
    "api:reviews_api:means-send": ("file.export", "file.export"),
    "api:reviews_api:means-workbook": ("file.export", "file.export"),
    "api:reviews_api:meetings": ("review.view", "review.decide"),
    "notices:objector": ("file.reveal", "file.reveal"),
    "api:notices_api:objector": ("file.reveal", "file.reveal"),
    "api:applications_api:applications": ("application.view", "application.work"),
    "api:applications_api:desk": ("settings.view", "settings.manage"),
    "applications:desk": ("settings.view", "settings.manage"),
    "banking:check": ("fund.check", "fund.check"),
    "banking:agree": ("fund.check", "fund.check"),
    "banking:export": ("fund.export", "fund.export"),
    "api:banking_api:check": ("fund.check", "fund.check"),
    "api:banking_api:agree": ("fund.check", "fund.check"),
    "api:banking_api:statements": ("fund.view", "fund.post"),
    "api:funds_api:funds": ("fund.view", "fund.manage"),
    "api:funds_api:vouchers": ("fund.view", "fund.post"),
    "api:funds_api:periods": ("fund.view", "fund.post"),
    # Which step asks what is read from the flows' own tables; what is laid down by whom from its kind.
    "sources:transfer-step": ("fund.view", "transfer.check"),
    "sources:donation-step": ("fund.view", "donation.keep"),
    "api:sources_api:donation-step": ("fund.view", "donation.keep"),
    "sources:lay-down": ("fund.view", "fund.manage"),
    "api:sources_api:transfers": ("fund.view", "transfer.plan"),
    "api:sources_api:transfer-step": ("fund.view", "transfer.check"),
    "api:sources_api:donations": ("fund.view", "donation.keep"),
    "aid:reveal": ("file.reveal", "file.reveal"),
    "api:aid_api:reveal": ("file.reveal", "file.reveal"),
    "api:aid_api:applications": ("aid.view", "aid.edit"),
    "api:aid_api:application": ("aid.view", "aid.edit"),
    "api:aid_api:campaigns": ("aid.view", "aid.campaign"),
    "api:aid_api:campaign-list": ("aid.view", "aid.edit"),
    "api:programmes_api:programmes": ("policy.view", "policy.manage"),
    # Which act on a month asks what.
    "funds:period-act": ("fund.manage", "fund.manage"),
    "api:households_api:files": ("file.view", "file.edit"),
    "api:households_api:file": ("file.view", "file.edit"),
    "api:households_api:members": ("file.view", "file.edit"),
    "api:households_api:papers": ("file.view", "file.edit"),
    "api:households_api:file-rechecks": ("file.view", "file.recheck"),
    "api:households_api:transfers": ("file.view", "file.transfer"),
    "api:reviews_api:lives": ("review.view", "review.decide"),
    "api:reviews_api:exit-requests": ("review.view", "review.decide"),
    "api:notifications:announcements": (ANY_MEMBER, "settings.manage"),
    "documents:template": ("settings.view", "settings.manage"),
    "api:documents_api:template": ("settings.view", "settings.manage"),
    "api:policies_api:rule": ("policy.view", "policy.manage"),
    "api:reports_api:unit": ("report.view", "report.fill"),
    "api:yearly_api:targets": ("rollup.view", "report.fill"),
    "api:surveys_api:samples": ("file.view", "report.fill"),
    "api:surveys_api:orders": ("file.view", "report.review"),
    "reports:files": ("file.view", "file.view"),
    "api:reports_api:files": ("file.view", "file.view"),
    "api:station": ("onboarding.view", "onboarding.decide"),
    "api:people-member": ("people.view", "people.manage"),
    "console:profile": ("settings.view", "settings.manage"),
    "api:benefits_api:partners": ("benefit.view", "partner.manage"),
    "api:benefits_api:partner": ("benefit.view", "partner.manage"),
    "api:benefits_api:agreements": ("benefit.view", "partner.manage"),
    "api:benefits_api:cards": ("benefit.view", "benefit.keep"),
    "api:benefits_api:reliefs": ("benefit.view", "benefit.keep"),
    "api:benefits_api:settlements": ("benefit.view", "benefit.settle"),
    "api:goods_api:lots": ("goods.view", "goods.keep"),
    "api:payouts_api:batches": ("payout.view", "payout.prepare"),
    "api:pairing_api:helpers": ("pairing.view", "pairing.manage"),
    "api:pairing_api:helper": ("pairing.view", "pairing.manage"),
    "api:pairing_api:pairings": ("pairing.view", "pairing.manage"),
    "api:pairing_api:contacts": ("pairing.view", "pairing.contact"),
    "api:pairing_api:rounds": ("pairing.view", "pairing.manage"),
    # Which step of a flow asks what is read from the flow's own table.
    "households:step": ("file.view", "file.review"),
    "reviews:step": ("review.view", "review.decide"),
    "reviews:reveal": ("review.view", "file.reveal"),
}

NEEDS: dict[str, tuple[str, str]] = {
    route: (capability, capability)
    for capability, names in _BY_CAPABILITY.items()
    for route in names.split()
} | _BY_METHOD
